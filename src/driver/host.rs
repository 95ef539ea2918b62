//! The trait of the application's side of a socket: the events that it receives, and its functions that the driver calls.

use super::platform::Platform;
use crate::engine::{Close, CloseCause, ConnectionId, Failure, RequestId, RetryCause, Span, Status};

/// The aspects of messages that are still examined while messages bypass the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BypassMode {
    /// The time of the last message.
    pub time: bool,
    /// Replies to requests.
    pub replies: bool,
}

/// Receives events, and calls the application's functions. No method may throw; any may call back into the driver.
///
/// The host closes its platform's socket itself when the application closes: the browser converts what the application passes
/// there (code, reason), and the application catches what the browser throws.
pub trait Host: Platform {
    /// Asks the application to resolve the URL. The host answers with a `Driver::command` that calls
    /// [`Engine::handle_resolved`](crate::engine::Engine::handle_resolved) or
    /// [`handle_unresolved`](crate::engine::Engine::handle_unresolved) with the [`ResolveId`](crate::engine::ResolveId) of this number.
    fn provide(&self, question: u32, attempt: u32);
    /// Called when a connection is open. Returns true if every listener has been called. If not, the browser calls the rest after this
    /// one, and no other event may be dispatched until then.
    fn open(&self, event: &Self::Event) -> bool;
    /// Allows sending on the current socket without calling the driver (direct send), while its `readyState` is OPEN. The permission
    /// expires after `trusted` milliseconds of `Date.now()`: by then the connection was silent for too long to be trusted, or the
    /// machine may have slept. Then [`Driver::can_send`](super::Driver::can_send) gives another. `None` revokes it.
    fn allow_direct_send(&self, _trusted: Option<f64>) {}
    /// Starts direct delivery: the host may deliver messages itself instead of passing them to the driver, and examines what `mode`
    /// names. `None` stops it, as does the next dial. Returns true if the host does so.
    fn set_bypass(&self, _mode: Option<BypassMode>) -> bool {
        false
    }
    /// Returns the `timeStamp` of the last message that bypassed the driver, or of the last pong. NaN if there was none since the last
    /// call.
    fn last_bypassed_at(&self, _answer: bool) -> f64 {
        f64::NAN
    }
    /// Called when a connection is open and must be authenticated, if so configured. The host answers with a
    /// `Driver::command` that calls [`Engine::handle_authenticated`](crate::engine::Engine::handle_authenticated) or
    /// [`handle_rejected`](crate::engine::Engine::handle_rejected).
    fn authenticate(&self, _connection: ConnectionId) {}
    /// Called when an authenticated connection is open.
    fn authenticated(&self) {}
    /// Called for each message that does not bypass the driver.
    fn message(&self, event: &Self::Event);
    /// Called when a connection has failed. `None` if the browser has no event for it.
    fn error(&self, event: Option<&Self::Event>);
    /// Called when the native socket has fired `close`. The next [`Host::should_reconnect`] and [`Host::close`] are about this event.
    /// Without such a call they are about a connection that has no `close` event. Returns the event's code, and the delay that the
    /// server asked for in its reason.
    fn ended(&self, event: &Self::Event) -> Close;
    /// Called for each accepted message that will never be sent, before [`Host::close`] or [`Host::expired`].
    fn unsent(&self, payload: Self::Payload);
    /// Called after [`Host::unsent`] for messages that waited in the queue for too long.
    fn expired(&self);
    /// Called when a connection has ended. Returns true if every listener has been called, as [`Host::open`].
    fn close(&self, close: Close, cause: CloseCause, will_reconnect: bool) -> bool;
    /// Called when another attempt is planned.
    fn reconnecting(&self, attempt: u32, delay: Span, cause: RetryCause);
    /// Called when the status has changed. It may have changed again since.
    fn status(&self, status: Status);
    /// Returns the heartbeat's ping; `None` if the application has none.
    fn ping(&self) -> Option<Self::Payload>;
    /// True if a message is the pong.
    fn is_pong(&self, event: &Self::Event) -> bool;
    /// True if the application wants another attempt. Returns `would_reconnect` if it has no answer.
    fn should_reconnect(&self, close: Close, cause: CloseCause, attempt: u32, would_reconnect: bool) -> bool;
    /// True if a message was the reply to a request and has been delivered to it.
    fn is_reply(&self, event: &Self::Event) -> bool;
    /// Called when a request fails without a reply. `sent` is false if it never left the queue.
    fn failed(&self, request: RequestId, failure: Failure, sent: bool);
    /// True while a call from the server is being answered.
    fn is_busy(&self) -> bool {
        false
    }
    /// Called when buffered messages may have been sent.
    fn drain(&self);
}
