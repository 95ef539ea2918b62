//! The handles of one socket: `WebSocket` and `WeakWebSocket`.

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use crate::client::platform::native::Native;
use crate::client::state::shared::{Host, Shared};
#[cfg(feature = "tabs")]
use crate::client::state::tab::{Closing, Described};
use crate::client::state::transmit;
use crate::client::values::error::CloseError;
use crate::client::values::event::{CloseEvent, Reconnecting};
use crate::client::values::message::Message;
use crate::client::values::options::BinaryType;
use crate::client::values::stats::Stats;
use crate::driver::Driver;
use crate::engine::{Engine, ReadyState, Status};

/// A WebSocket that stays connected: the browser's API in Rust names, with reconnection, a queue for messages that can't be
/// sent yet, and detection of dead connections.
///
/// A clone is another handle to the same socket. When the last one is dropped, the connection is closed, and queued messages and all
/// closures are dropped. So a handler that owns a handle keeps its socket for ever: give it a
/// [`WeakWebSocket`] ([`downgrade`](Self::downgrade)).
///
/// Handlers run in tasks of the browser's, never within a call of yours. Each event has one handler, and setting it again replaces it.
/// [`remove_onmessage`](Self::remove_onmessage) and its kin remove one.
#[derive(Clone)]
pub struct WebSocket(Rc<Handle>);

/// A handle that doesn't keep the socket.
///
/// ```no_run
/// # use holdfast_ws::{Message, WebSocket};
/// # fn run(ws: &WebSocket) {
/// let weak = ws.downgrade();
/// ws.set_onmessage(move |message| {
///     if let (Some(ws), Some("hello?")) = (weak.upgrade(), message.as_text()) {
///         let _ = ws.send_with_str("here");
///     }
/// });
/// # }
/// ```
#[derive(Clone)]
pub struct WeakWebSocket(Weak<Handle>);

struct Handle {
    driver: Rc<Driver<Host>>,
    shared: Rc<Shared>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        // Dropping the driver closes the connection, a moment later if this is within a handler.
        self.shared.release();
    }
}

impl WebSocket {
    pub(crate) fn new_handle(driver: Rc<Driver<Host>>, shared: Rc<Shared>) -> Self {
        Self(Rc::new(Handle { driver, shared }))
    }

    pub(crate) fn driver(&self) -> &Driver<Host> {
        &self.0.driver
    }

    pub(crate) fn shared(&self) -> &Rc<Shared> {
        &self.0.shared
    }

    /// A handle that doesn't keep the socket, for its handlers.
    #[must_use]
    pub fn downgrade(&self) -> WeakWebSocket {
        WeakWebSocket(Rc::downgrade(&self.0))
    }

    /// [`readyState`](https://developer.mozilla.org/docs/Web/API/WebSocket/readyState): `Connecting` while another attempt is planned, `Closed` only if none follows.
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        transmit::ready_state(self.driver())
    }

    /// The [`url`](https://developer.mozilla.org/docs/Web/API/WebSocket/url) in use, as the browser made it absolute; empty while a provider has yet to give the first.
    #[must_use]
    pub fn url(&self) -> String {
        #[cfg(feature = "tabs")]
        if let Some(known) = self.described() {
            return known.url;
        }
        self.of_native(Native::url)
    }

    /// The [subprotocol](https://developer.mozilla.org/docs/Web/API/WebSocket/protocol) that the server chose; empty for none, and before the first connection.
    #[must_use]
    pub fn protocol(&self) -> String {
        self.of_native(Native::protocol)
    }

    /// The [`extensions`](https://developer.mozilla.org/docs/Web/API/WebSocket/extensions) agreed upon; empty before the first connection.
    #[must_use]
    pub fn extensions(&self) -> String {
        self.of_native(Native::extensions)
    }

    /// True if what is sent would be dropped, as the browser's class does silently.
    #[cfg(feature = "futures")]
    pub(crate) fn is_ending(&self) -> bool {
        transmit::is_ending(self.driver())
    }

    /// Returns the connection that tabs share, as far as it is known.
    #[cfg(feature = "tabs")]
    fn described(&self) -> Option<Described> {
        self.shared().tab.get()?.described()
    }

    fn of_native(&self, read: fn(&Native) -> String) -> String {
        let native = self.0.shared.browser.native();
        native.map(|native| read(&native)).unwrap_or_default()
    }

    /// The [type of received binary messages](https://developer.mozilla.org/docs/Web/API/WebSocket/binaryType).
    #[must_use]
    pub fn binary_type(&self) -> BinaryType {
        self.0.shared.binary_type.get()
    }

    /// Sets the type of received binary messages, from the next one on.
    pub fn set_binary_type(&self, binary_type: BinaryType) {
        self.0.shared.binary_type.set(binary_type);
        if let Some(native) = self.0.shared.browser.native() {
            native.set_binary_type(binary_type);
        }
    }

    /// The bytes that are not yet on the wire: the queue's, and the browser's own
    /// [`bufferedAmount`](https://developer.mozilla.org/docs/Web/API/WebSocket/bufferedAmount).
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
    pub fn buffered_amount(&self) -> u64 {
        let amount = self.driver().buffered_amount() as u64;
        #[cfg(feature = "futures")]
        let amount = amount.saturating_add(self.shared().sinks.bytes());
        amount
    }

    /// Returns the status of the socket, for example to show it.
    #[must_use]
    pub fn status(&self) -> Status {
        let status = self.driver().engine(|engine| engine.status());
        #[cfg(feature = "tabs")]
        if let Some(tab) = self.shared().tab.get() {
            return tab.status(status);
        }
        status
    }

    /// The number of the attempt under way or planned; 0 for the first, and on a stable connection.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        #[cfg(feature = "tabs")]
        if let Some(known) = self.described() {
            return known.attempt;
        }
        self.driver().engine(|engine| engine.attempt())
    }

    /// Returns the time of the next attempt, since the Unix epoch as in `Date.now()`. `None` if none is planned.
    #[must_use]
    pub fn retry_at(&self) -> Option<Duration> {
        #[cfg(feature = "tabs")]
        if let Some(known) = self.described() {
            return Duration::try_from_secs_f64(known.retry_at? / 1000.0).ok();
        }
        let at = self.driver().engine(|engine| engine.retry_at())?;
        Duration::try_from_secs_f64(self.driver().to_epoch(at) / 1000.0).ok()
    }

    /// Returns the time until the next attempt. `None` if none is planned.
    #[must_use]
    pub fn retry_in(&self) -> Option<Duration> {
        #[cfg(feature = "tabs")]
        if self.described().is_some() {
            let now = Duration::try_from_secs_f64(self.shared().browser.wall_time() / 1000.0).ok()?;
            return Some(self.retry_at()?.saturating_sub(now));
        }
        let at = self.driver().engine(|engine| engine.retry_at())?;
        Some(at.saturating_since(self.driver().now()).into())
    }

    /// Returns the browser's socket of the current connection, or of the last one. `None` before the first is dialled, and if the connection
    /// is shared by tabs.
    ///
    /// It is for reading only. Messages sent on it, and properties set, bypass this socket; the next connection has another native socket.
    #[must_use]
    pub fn native(&self) -> Option<web_sys::WebSocket> {
        self.0.shared.browser.native().and_then(Native::into_web_sys)
    }

    /// The heartbeat's last round trip.
    #[must_use]
    pub fn latency(&self) -> Option<Duration> {
        #[cfg(feature = "tabs")]
        if let Some(known) = self.described() {
            return known.latency.map(Into::into);
        }
        self.driver().engine(|engine| engine.latency()).map(Into::into)
    }

    /// Returns the counters.
    #[must_use]
    pub fn stats(&self) -> Stats {
        #[cfg_attr(not(feature = "futures"), allow(unused_mut))]
        let mut stats = self.driver().engine(|engine| Stats::read(engine));
        #[cfg(feature = "futures")]
        {
            stats.lagged = self.shared().subscribers.lagged();
            stats.unsent = stats.unsent.saturating_add(self.shared().sinks.unsent());
        }
        stats
    }

    /// Called when a connection is open, once for each.
    pub fn set_onopen(&self, mut handler: impl FnMut() + 'static) {
        self.0.shared.on.open.set(move |()| handler());
    }

    /// Called with each message. Replies to requests and answers to pings are no messages.
    pub fn set_onmessage(&self, handler: impl FnMut(Message) + 'static) {
        self.0.shared.on.message.set(handler);
    }

    /// Called when a connection has failed, before `close`. A browser doesn't say why.
    pub fn set_onerror(&self, mut handler: impl FnMut() + 'static) {
        self.0.shared.on.error.set(move |()| handler());
    }

    /// Called when a connection has ended, once for each; the last one has `will_reconnect == false`.
    pub fn set_onclose(&self, handler: impl FnMut(CloseEvent) + 'static) {
        self.0.shared.on.close.set(handler);
    }

    /// Called when the status has changed.
    pub fn set_onstatuschange(&self, handler: impl FnMut(Status) + 'static) {
        self.0.shared.on.status.set(handler);
    }

    /// Called with messages that waited in the queue for longer than [`Queue::max_age`](crate::Queue::max_age) and were dropped.
    pub fn set_onexpired(&self, handler: impl FnMut(Vec<Message>) + 'static) {
        self.0.shared.on.expired.set(handler);
    }

    /// Called when another attempt is planned.
    pub fn set_onreconnecting(&self, handler: impl FnMut(Reconnecting) + 'static) {
        self.0.shared.on.reconnecting.set(handler);
    }

    /// Makes the first connection of a socket that is [`lazy`](crate::Builder::lazy) and was not used yet. Does nothing otherwise.
    pub fn connect(&self) {
        transmit::connect(self.driver());
    }

    /// Reconnects now, from any state. If an attempt is planned, the backoff is not reset; otherwise delays start over.
    pub fn reconnect(&self) {
        self.0.shared.closes.set(false);
        #[cfg(feature = "tabs")]
        if let Some(tab) = self.shared().tab.get() {
            tab.reconnect();
        }
        self.driver().command(Engine::reconnect);
    }

    /// [Closes](https://developer.mozilla.org/docs/Web/API/WebSocket/close) the connection, and makes no other. Without effect if it is closed.
    pub fn close(&self) {
        self.0.shared.close();
    }

    /// The same with a [close code](https://www.rfc-editor.org/rfc/rfc6455#section-7.4): 1000, or 3000 to 4999.
    ///
    /// # Errors
    /// [`CloseError`] for any other code.
    pub fn close_with_code(&self, code: u16) -> Result<(), CloseError> {
        self.close_with(code, None)
    }

    /// The same with a reason, of 123 bytes of UTF-8 at most.
    ///
    /// # Errors
    /// [`CloseError`] for any other code, or a longer reason.
    pub fn close_with_code_and_reason(&self, code: u16, reason: &str) -> Result<(), CloseError> {
        let bytes = reason.len();
        if bytes > 123 {
            return Err(CloseError::ReasonTooLong { bytes });
        }
        self.close_with(code, Some(reason))
    }

    fn close_with(&self, code: u16, reason: Option<&str>) -> Result<(), CloseError> {
        // A connection that is yet to be made has no native socket to ask.
        if !matches!(code, 1000 | 3000..=4999) {
            return Err(CloseError::Code(code));
        }
        #[cfg(feature = "tabs")]
        if let Some(tab) = self.shared().tab.get() {
            let (code, reason) = (Some(code), reason.unwrap_or_default().into());
            tab.close(Closing { code, reason }, false);
        }
        // The browser is asked first, and of any state: a refusal that came later would leave us closing for ever.
        if let Some(native) = self.0.shared.browser.native() {
            native.close(code, reason).map_err(|_| CloseError::Refused)?;
        }
        self.0.shared.end();
        Ok(())
    }
}

/// Two handles are equal if they are of the same socket.
impl PartialEq for WebSocket {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for WebSocket {}

/// As of [`WebSocket`], after the last of those has been dropped, too.
impl PartialEq for WeakWebSocket {
    fn eq(&self, other: &Self) -> bool {
        Weak::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for WeakWebSocket {}

impl WeakWebSocket {
    /// A handle, unless the last one has been dropped.
    #[must_use]
    pub fn upgrade(&self) -> Option<WebSocket> {
        self.0.upgrade().map(WebSocket)
    }
}

impl fmt::Debug for WebSocket {
    /// Without the URL, whose query may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("WebSocket");
        shown.field("status", &self.status()).field("attempt", &self.attempt());
        shown.finish_non_exhaustive()
    }
}

impl fmt::Debug for WeakWebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakWebSocket")
    }
}
