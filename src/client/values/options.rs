//! The options, as typed values; their defaults and limits are the engine's.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::data::{self, Data};
use super::event::CloseEvent;
#[cfg(feature = "serde")]
use super::id_key::IdKey;
use super::message::Message;
use super::protocols::Protocols;
use super::resume::Resume;
use crate::engine;

pub(crate) type ShouldReconnect = Rc<dyn Fn(&CloseEvent, u32) -> bool>;

/// All options of a socket. [`Builder`](crate::Builder) sets them.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) protocols: Protocols,
    pub(crate) reconnect: Option<Reconnect>,
    pub(crate) heartbeat: Option<Heartbeat>,
    pub(crate) queue: Option<Queue>,
    pub(crate) hidden: Hidden,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) stall_timeout: Option<Duration>,
    pub(crate) lazy: bool,
    pub(crate) binary_type: BinaryType,
    pub(crate) resume: Resume,
    #[cfg(feature = "serde")]
    pub(crate) request_timeout: Duration,
    #[cfg(feature = "serde")]
    pub(crate) id_key: IdKey,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            protocols: Protocols::Fixed(Vec::new()),
            reconnect: Some(Reconnect::new()),
            heartbeat: None,
            queue: Some(Queue::new()),
            hidden: Hidden::new(),
            idle_timeout: None,
            stall_timeout: None,
            lazy: false,
            binary_type: BinaryType::default(),
            resume: Resume::default(),
            #[cfg(feature = "serde")]
            request_timeout: Duration::from_secs(10),
            #[cfg(feature = "serde")]
            id_key: IdKey::default(),
        }
    }
}

impl Options {
    /// Returns the engine's part of them. `resolves` if a provider is asked for the URL.
    pub(crate) fn config(&self, resolves: bool) -> engine::Config {
        engine::Config {
            reconnect: self.reconnect.as_ref().map(|reconnect| reconnect.rules.clone()),
            heartbeat: self.heartbeat.as_ref().map(|heartbeat| heartbeat.rules.clone()),
            queue: self.queue.as_ref().map(|queue| queue.0.clone()),
            idle_timeout: self.idle_timeout.map_or(engine::Span::FOREVER, Into::into),
            stall_timeout: self.stall_timeout.map_or(engine::Span::FOREVER, Into::into),
            authenticates: false,
            hidden: self.hidden.0.clone(),
            resolves,
            lazy: self.lazy,
        }
    }
}

/// The type of received binary messages: [`binaryType`](https://developer.mozilla.org/docs/Web/API/WebSocket/binaryType).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum BinaryType {
    /// [`Message::Binary`]. The default here; the browser's is `Blob`, whose bytes a program can only read asynchronously.
    #[default]
    ArrayBuffer,
    /// [`Message::Blob`], for what is only handed on to the browser.
    Blob,
}

/// Reconnection and its backoff.
///
/// ```no_run
/// # use std::time::Duration;
/// # use holdfast_ws::{Reconnect, WebSocket};
/// let reconnect = Reconnect::new()
///     .max_delay(Duration::from_secs(30))
///     // The server ends a session that has expired by this code.
///     .should_reconnect(|close, _attempt| close.code != 4001);
/// let ws = WebSocket::builder("wss://example.com/live").reconnect(reconnect).connect()?;
/// # Ok::<(), holdfast_ws::ConnectError>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "give it to the builder"]
pub struct Reconnect {
    rules: engine::Reconnect,
    pub(crate) should: Option<ShouldReconnect>,
}

impl Reconnect {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The first delay is drawn between half of this and this. From the second on, the n-th in a row is drawn between 3/8 and all
    /// of `min_delay * factor^n`, and never below half of this. Default 500 ms.
    pub fn min_delay(mut self, delay: Duration) -> Self {
        self.rules.min_delay = delay.into();
        self
    }

    /// The longest delay of the backoff. A server may ask for more: by 1012, 1013 or `retryAfter`. Default 8 s.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.rules.max_delay = delay.into();
        self
    }

    /// The factor by which the delays grow; at least 1. Default 2.
    pub fn factor(mut self, factor: f64) -> Self {
        self.rules.factor = factor;
        self
    }

    /// This many failures in a row end it, from 1; a connection that did not last for `stable_after` counts. Default: no limit.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.rules.max_attempts = attempts;
        self
    }

    /// An attempt that has not opened by then is abandoned, a provider's answer included. Default 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.rules.connect_timeout = timeout.into();
        self
    }

    /// A connection must last this long before the backoff is reset. Default 5 s.
    pub fn stable_after(mut self, time: Duration) -> Self {
        self.rules.stable_after = time.into();
        self
    }

    /// True if a connection without a heartbeat is replaced when a hidden page is back and nothing was received for the last 10 s or
    /// more, or the machine slept. It is kept while a request is pending. Default: yes.
    pub fn on_wake(mut self, anew: bool) -> Self {
        self.rules.on_wake = anew;
        self
    }

    /// Returns true if another attempt is to follow. Called each time a connection or an attempt ends, with its end and the number of the
    /// next attempt. Not called after your own `close()` or `reconnect()`, nor once `max_attempts` have failed.
    /// [`CloseEvent::will_reconnect`] is the answer without this function, which the close code decides.
    pub fn should_reconnect(mut self, should: impl Fn(&CloseEvent, u32) -> bool + 'static) -> Self {
        self.rules.asks = true;
        self.should = Some(Rc::new(should));
        self
    }
}

impl fmt::Debug for Reconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules.fmt(f)
    }
}

/// Detects dead connections by pings. The server must answer them, because a page can't send protocol pings.
///
/// ```no_run
/// # use std::time::Duration;
/// # use holdfast_ws::{Heartbeat, WebSocket};
/// let heartbeat = Heartbeat::new()
///     .interval(Duration::from_secs(10))
///     .timeout(Duration::from_secs(3))
///     .ping(r#"{"type":"ping"}"#)
///     .pong_with(|message| message.as_text().is_some_and(|text| text.contains(r#""type":"pong""#)));
/// let ws = WebSocket::builder("wss://example.com/live").heartbeat(heartbeat).connect()?;
/// # Ok::<(), holdfast_ws::ConnectError>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "give it to the builder"]
pub struct Heartbeat {
    rules: engine::Heartbeat,
    pub(crate) ping: Option<Rc<dyn Fn() -> Message>>,
    pub(crate) pong: Option<Pong>,
}

/// The form of an answer to a ping.
#[derive(Clone)]
pub(crate) enum Pong {
    Text(Data),
    Matches(Rc<dyn Fn(&Message) -> bool>),
}

impl Heartbeat {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Silence before a ping. Default 25 s.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.rules.interval = interval.into();
        self
    }

    /// An answer may take this long. Default 10 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.rules.timeout = timeout.into();
        self
    }

    /// The ping. Default: the text `ping`.
    pub fn ping(self, ping: impl Into<Message>) -> Self {
        let ping = ping.into();
        self.ping_with(move || ping.clone())
    }

    /// Called for each ping.
    pub fn ping_with(mut self, ping: impl Fn() -> Message + 'static) -> Self {
        self.ping = Some(Rc::new(ping));
        self
    }

    /// The text that answers a ping, and is not delivered as a message. Without it any message proves that the connection is alive.
    pub fn pong(self, pong: impl Into<String>) -> Self {
        let pong = pong.into();
        if data::IS_AVAILABLE {
            self.answered_by(Pong::Text(data::of_text(&pong)))
        } else {
            self.answered_by(Pong::Matches(Rc::new(move |message| message.as_text() == Some(&pong))))
        }
    }

    /// Returns true if a message answers a ping; such a message is not delivered. Called for every message.
    pub fn pong_with(self, pong: impl Fn(&Message) -> bool + 'static) -> Self {
        self.answered_by(Pong::Matches(Rc::new(pong)))
    }

    fn answered_by(mut self, pong: Pong) -> Self {
        self.rules.matches = true;
        self.pong = Some(pong);
        self
    }
}

impl fmt::Debug for Heartbeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules.fmt(f)
    }
}

/// The limits of the queue, in which messages wait while no connection is open.
///
/// ```no_run
/// # use std::time::Duration;
/// # use holdfast_ws::{Queue, SendError, WebSocket};
/// let queue = Queue::new().max_messages(100).max_age(Duration::from_secs(60));
/// let ws = WebSocket::builder("wss://example.com/live").queue(queue).connect()?;
/// ws.set_onexpired(|messages| web_sys::console::warn_1(&format!("{} are too old", messages.len()).into()));
/// if ws.send_with_str("position") == Err(SendError::QueueFull) {
///     // It keeps what it has.
/// }
/// # Ok::<(), holdfast_ws::ConnectError>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "give it to the builder"]
pub struct Queue(pub(crate) engine::QueueLimits);

impl Queue {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Messages at most. Default 1024.
    pub fn max_messages(mut self, messages: u32) -> Self {
        self.0.max_messages = messages;
        self
    }

    /// Bytes at most, text as UTF-8. Default 1 MiB.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.0.max_bytes = bytes;
        self
    }

    /// A message that has waited this long is dropped, and reported to [`set_onexpired`](crate::WebSocket::set_onexpired). Requests have
    /// timeouts of their own. Default: no limit.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.0.max_age = age.into();
        self
    }
}

/// The behaviour of a hidden page. It gets its connection back when it is visible again.
///
/// ```no_run
/// # use std::time::Duration;
/// # use holdfast_ws::{Hidden, WebSocket};
/// let hidden = Hidden::new().close_after(Duration::from_secs(300)).dial(false);
/// let ws = WebSocket::builder("wss://example.com/live").hidden(hidden).connect()?;
/// # Ok::<(), holdfast_ws::ConnectError>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "give it to the builder"]
pub struct Hidden(engine::Hidden);

impl Hidden {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Closes the connection when the page has been hidden for this long. While a request is pending or data is unsent, it stays; it
    /// closes once that has ended. The connection ends with [`CloseCause::Hidden`](crate::engine::CloseCause::Hidden). No attempt is
    /// made until the page is seen, or something is sent. Default: never.
    pub fn close_after(mut self, time: Duration) -> Self {
        self.0.close_after = time.into();
        self
    }

    /// True if attempts are made while the page is hidden. If false, they wait until it is visible, except those of
    /// [`reconnect()`](crate::WebSocket::reconnect). Default: yes.
    pub fn dial(mut self, dial: bool) -> Self {
        self.0.dial = dial;
        self
    }
}
