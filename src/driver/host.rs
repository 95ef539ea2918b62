//! The callbacks that the driver needs from the layer above: the application's side of a socket.

use wasm_bindgen::JsValue;

use super::native::{CloseEvent, Event, Native};
use super::timeout::Timeout;
use crate::engine::{Close, CloseCause, ConnectionId, Failure, RequestId, RetryCause, Span, Status};

/// The aspects of messages that are still examined while messages bypass the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BypassMode {
    /// The time of the last message, and of the last pong.
    pub time: bool,
    /// Replies to requests.
    pub replies: bool,
}

/// The state of the page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    /// True if the browser reports that it is offline.
    pub offline: bool,
    /// True if the page is hidden.
    pub hidden: bool,
}

/// Receives events and answers questions for the application. No method may throw; any may call back into the driver.
///
/// The host itself makes and closes the browser's socket: the application catches what the browser throws there, and the browser
/// converts what the application passes there (URL, code, reason).
pub trait Host {
    /// The timer that the alarm is set by.
    type Timeout: Timeout;

    /// Subscribes to the signals of the page, or unsubscribes. Each signal is a call of `Driver::signal`. Returns the state of the page;
    /// `None` if the driver is to subscribe itself.
    fn watch(&self, _on: bool) -> Option<Page> {
        None
    }
    /// Makes a socket of the browser's, or keeps the exception.
    fn dial(&self) -> Option<Native>;
    /// Asks the application for the URL. The answer is a `Driver::command`.
    fn provide(&self, question: u32, attempt: u32);
    /// Called when a connection is open. Returns true if every listener has been called. If not, the browser calls the rest after this
    /// one, and no other event may be dispatched until then.
    fn open(&self, event: &Event) -> bool;
    /// Allows sending on the current socket without calling the driver, while its `readyState` is OPEN and for `trusted` milliseconds
    /// of `Date.now()`. `None` revokes it.
    fn allow_direct_send(&self, _trusted: Option<f64>) {}
    /// Sets the first listener to the messages of a socket: a function or null.
    fn set_message_listener(&self, native: &Native, listener: &JsValue) {
        let _ = native.set_onmessage(listener);
    }
    /// Starts direct delivery: the host may deliver messages itself instead of passing them to the listener, and examines what `mode`
    /// names. `None` stops it. Returns true if the host does so.
    fn set_bypass(&self, _mode: Option<BypassMode>) -> bool {
        false
    }
    /// Returns the `timeStamp` of the last message that bypassed the driver, or of the last pong. NaN if there was none since the last
    /// call.
    fn last_bypassed_at(&self, _answer: bool) -> f64 {
        f64::NAN
    }
    /// Called when the alarm was moved to this time of `performance.now()`; NaN means never. A host with a better timer than
    /// `setTimeout` calls `Driver::ring` then.
    fn alarm(&self, _at: f64) {}
    /// Called when a connection is open and must be authenticated, if so configured. The answer is a `Driver::command`.
    fn authenticate(&self, _connection: ConnectionId) {}
    /// Called when an authenticated connection is open.
    fn authenticated(&self) {}
    /// Called for each message that does not bypass the driver.
    fn message(&self, event: &Event);
    /// Called when a connection has failed. `None` if the browser has no event for it.
    fn error(&self, event: Option<&Event>);
    /// The browser's socket has ended, by this event: what [`Host::should_reconnect`] and [`Host::close`] are then about. Without
    /// it they are about a connection that has none. Returns the delay that the server asked for in its reason, in
    /// milliseconds; anything but a finite number from 0 for none.
    fn ended(&self, event: &CloseEvent) -> f64;
    /// Called for each accepted message that will never be sent, before [`Host::close`] or [`Host::expired`].
    fn unsent(&self, payload: JsValue);
    /// Called after [`Host::unsent`] for messages that waited in the queue for too long.
    fn expired(&self);
    /// Called when a connection has ended. Returns what [`Host::open`] does.
    fn close(&self, close: Close, cause: CloseCause, will_reconnect: bool) -> bool;
    /// Called when another attempt is planned.
    fn reconnecting(&self, attempt: u32, delay: Span, cause: RetryCause);
    /// Called when the status has changed. It may have changed again since.
    fn status(&self, status: Status);
    /// The heartbeat's ping; undefined for none.
    fn ping(&self) -> JsValue;
    /// True if a message is the pong.
    fn is_pong(&self, event: &Event) -> bool;
    /// True if the application wants another attempt. Returns `would_reconnect` if it has no answer.
    fn should_reconnect(&self, close: Close, cause: CloseCause, attempt: u32, would_reconnect: bool) -> bool;
    /// True if a message was the reply to a request and has been delivered to it.
    fn is_reply(&self, event: &Event) -> bool;
    /// Called when a request fails without a reply. It never left the queue unless `sent`.
    fn failed(&self, request: RequestId, failure: Failure, sent: bool);
    /// True while a call from the server is being answered.
    fn is_busy(&self) -> bool {
        false
    }
    /// Calls `Driver::gone` when an abandoned socket has closed. Returns true if it will.
    fn lingers(&self, _native: &Native) -> bool {
        false
    }
    /// Called when buffered messages may have been sent.
    fn drain(&self);
}
