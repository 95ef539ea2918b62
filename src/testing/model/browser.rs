//! The differences between browsers: `docs/browsers.md` as data.

use alloc::string::String;

use super::time::Span;

/// A browser engine whose habits a world has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Browser {
    /// Blink and V8.
    #[default]
    Chromium,
    /// Gecko.
    Firefox,
    /// `WebKit`, as in `WebKitGTK`.
    WebKit,
}

impl Browser {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// Returns its name: `chromium`, `firefox` or `webkit`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    pub(super) const fn habits(self) -> Habits {
        match self {
            Self::Chromium => CHROMIUM,
            Self::Firefox => FIREFOX,
            Self::WebKit => WEBKIT,
        }
    }
}

/// The subprotocols that a server may answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answers {
    /// One that was offered; none if none was.
    AsOffered,
    /// Also none, and one where none was offered, which is ignored.
    OrNone,
    /// Also none, and one that was offered in another case.
    InAnyCase,
}

/// When `bufferedAmount` falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Falls {
    /// Byte by byte, as the operating system takes them.
    ByBytes,
    /// When the operating system has taken a whole message.
    ByMessages,
    /// In the next task: the browser's network process takes everything.
    AtOnce,
}

/// The fate of the connections of a page that enters the back/forward cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cached {
    /// The page is kept, and its connections are closed; it hears of that when it is back.
    Disconnects,
    /// The page is discarded.
    Discards,
}

/// The habits of one engine.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // Each is a habit of its own.
pub(super) struct Habits {
    /// An open connection that is lost ends with `error` before `close`.
    pub(super) error_on_loss: bool,
    /// `readyState` becomes CLOSING when the server's close frame arrives.
    pub(super) closing_at_close_frame: bool,
    /// 1005, 1006 and 1015 from a server are passed on.
    pub(super) takes_reserved_codes: bool,
    /// 1004, 1012 to 1014 and 1016 to 2999 from a server are passed on.
    pub(super) takes_unregistered_codes: bool,
    /// Codes below 1000 and above 4999 from a server are passed on.
    pub(super) takes_any_code: bool,
    pub(super) answers: Answers,
    /// A connection that is dropped right after its handshake ends without `open` and `message`, if those weren't dispatched yet.
    pub(super) drop_hides_open: bool,
    pub(super) buffered_falls: Falls,
    /// After the end, `bufferedAmount` counts the bytes of frame headers.
    pub(super) counts_frames_after_end: bool,
    /// `close(undefined, reason)` takes a reason of any length.
    pub(super) takes_long_reason_without_code: bool,
    /// A connection to a blocked port fails. Otherwise it never ends.
    pub(super) fails_blocked_ports: bool,
    /// Only one attempt to a host is made at a time, and failures delay the next.
    pub(super) queues_attempts: bool,
    /// There are `freeze` and `resume` events.
    pub(super) lifecycle_events: bool,
    pub(super) cached: Cached,
    /// The connections of a page end as soon as another is loading.
    pub(super) ends_at_navigation: bool,
    /// Hidden for this long, a page has its chained timers throttled to one a minute.
    pub(super) throttles_by_minute_after: Option<Span>,
    /// The resolution of `performance.now()`.
    pub(super) resolution: Span,
    /// `performance.now()` stands still while the machine sleeps, and so do timers.
    pub(super) clock_stops_in_sleep: bool,
    /// A handshake that takes longer fails.
    pub(super) handshake_timeout: Span,
    /// A close frame that isn't answered in this time ends the connection with 1006.
    pub(super) closing_timeout: Span,
    /// After both close frames, the browser waits this long for the server to end the TCP connection.
    pub(super) end_timeout: Span,
}

/// `kHandshakeTimeoutIntervalInSeconds`, `kClosingHandshakeTimeoutSeconds` and `kUnderlyingConnectionCloseTimeoutSeconds`. The clock:
/// <https://crbug.com/1206450>; timers: <https://developer.chrome.com/blog/timer-throttling-in-chrome-88>.
const CHROMIUM: Habits = Habits {
    error_on_loss: false,
    closing_at_close_frame: true,
    takes_reserved_codes: false,
    takes_unregistered_codes: true,
    takes_any_code: true,
    answers: Answers::AsOffered,
    drop_hides_open: false,
    buffered_falls: Falls::ByBytes,
    counts_frames_after_end: false,
    takes_long_reason_without_code: false,
    fails_blocked_ports: true,
    queues_attempts: false,
    lifecycle_events: true,
    cached: Cached::Disconnects,
    ends_at_navigation: false,
    throttles_by_minute_after: Some(Span::from_millis(300_000)),
    resolution: Span::from_micros(100),
    clock_stops_in_sleep: true,
    handshake_timeout: Span::from_millis(240_000),
    closing_timeout: Span::from_millis(60_000),
    end_timeout: Span::from_millis(2_000),
};

/// `network.websocket.timeout.open`, `.close`, and `kLingeringCloseTimeout`.
const FIREFOX: Habits = Habits {
    error_on_loss: true,
    takes_reserved_codes: true,
    answers: Answers::OrNone,
    drop_hides_open: true,
    buffered_falls: Falls::ByMessages,
    queues_attempts: true,
    lifecycle_events: false,
    cached: Cached::Discards,
    ends_at_navigation: true,
    throttles_by_minute_after: None,
    resolution: Span::from_millis(1),
    handshake_timeout: Span::from_millis(20_000),
    closing_timeout: Span::from_millis(10_000),
    end_timeout: Span::from_millis(1_000),
    ..CHROMIUM
};

/// libsoup has no limit to the handshake; `CLOSE_TIMEOUT` is its limit to the rest.
const WEBKIT: Habits = Habits {
    error_on_loss: true,
    closing_at_close_frame: false,
    takes_unregistered_codes: false,
    takes_any_code: false,
    answers: Answers::InAnyCase,
    buffered_falls: Falls::AtOnce,
    counts_frames_after_end: true,
    takes_long_reason_without_code: true,
    fails_blocked_ports: false,
    lifecycle_events: false,
    throttles_by_minute_after: None,
    resolution: Span::from_millis(1),
    handshake_timeout: Span::FOREVER,
    closing_timeout: Span::from_millis(5_000),
    end_timeout: Span::from_millis(5_000),
    ..CHROMIUM
};

impl Habits {
    /// Returns the subprotocol of a connection for a server's answer. `None` fails the handshake.
    pub(super) fn protocol(&self, offered: &[String], answered: String) -> Option<String> {
        let is_offered = |offer: &String| match self.answers {
            Answers::InAnyCase => offer.eq_ignore_ascii_case(&answered),
            Answers::AsOffered | Answers::OrNone => *offer == answered,
        };
        match (answered.is_empty(), offered.is_empty()) {
            (true, true) => Some(answered),
            (true, false) => (self.answers != Answers::AsOffered).then_some(answered),
            (false, true) => (self.answers == Answers::OrNone).then(String::new),
            (false, false) => offered.iter().any(is_offered).then_some(answered),
        }
    }

    /// True if a server's close code is passed on; otherwise it is a protocol error, as in
    /// [RFC 6455, 7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4).
    pub(super) const fn takes_code(&self, code: u16) -> bool {
        match code {
            1005 | 1006 | 1015 => self.takes_reserved_codes,
            1004 | 1012..=1014 | 1016..=2999 => self.takes_unregistered_codes,
            1000..=4999 => true,
            _ => self.takes_any_code,
        }
    }
}
