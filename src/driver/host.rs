//! What the driver expects of the storey above: the application's side of a socket.

use wasm_bindgen::JsValue;

use super::native::{CloseEvent, Event, Native};
use super::timeout::Timeout;
use crate::engine::{Cause, Close, ConnectionId, Failure, RequestId, Span, Status};

/// What a message is looked at for, when nothing depends on it at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interest {
    /// When it came, and whether it answers a ping.
    pub time: bool,
    /// Whether it is a reply.
    pub replies: bool,
}

/// How the page is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    /// The browser is sure of having no network.
    pub offline: bool,
    /// Nobody sees the page.
    pub hidden: bool,
}

/// Hears of everything, and answers for the application. None of these may throw; any of them may call back into the socket.
///
/// It makes the browser's socket and says goodbye to it: what the browser throws there is the application's to catch, and what
/// is given there (URL, code, reason) is the browser's to convert.
pub trait Heard {
    /// The timer that the alarm is set by.
    type Timeout: Timeout;

    /// Has `Driver::signal` called with what the page tells of its network and of itself, or no more. Returns how the
    /// page is; `None` from a host that leaves all this to the driver.
    fn watch(&self, _on: bool) -> Option<Page> {
        None
    }
    /// Makes a socket of the browser's, or keeps what that throws.
    fn dial(&self) -> Option<Native>;
    /// Asks the application where to dial; the answer is a `Driver::command`.
    fn provide(&self, question: u32, attempt: u32);
    /// A connection is open. Returns whether every listener has been called; if not, the rest have their turns on the
    /// browser's stack after this one, and nothing else may be told until then.
    fn open(&self, event: &Event) -> bool;
    /// Messages may be handed to the socket that was made last without asking, for as long as its `readyState` is OPEN and no
    /// more milliseconds than `trusted` have passed, by `Date.now()`; not any more, if that is `None`.
    fn free(&self, _trusted: Option<f64>) {}
    /// Has `ear`, a function or null, hear the messages of a socket, before everyone else.
    fn hear(&self, native: &Native, ear: &JsValue) {
        let _ = native.set_onmessage(ear);
    }
    /// Nothing need be told of the messages to come but what `interest` says: the host may keep them from the ear and deliver them
    /// itself, until this is taken back with `None`. Returns whether it does.
    fn bypass(&self, _interest: Option<Interest>) -> bool {
        false
    }
    /// Of the messages that went past: when the last came, or the last that answers a ping, by its event's `timeStamp`; NaN if none
    /// did since this was last asked.
    fn heard_at(&self, _answer: bool) -> f64 {
        f64::NAN
    }
    /// When the alarm is to ring, by `performance.now()`; NaN for not at all. A host that knows a better timer than `setTimeout` has
    /// `Driver::ring` called then.
    fn alarm(&self, _at: f64) {}
    /// A connection is open, and to be authenticated or rejected; the answer is a `Driver::command`. Only of a host whose
    /// configuration asks for it.
    fn authenticate(&self, _connection: ConnectionId) {}
    /// A connection is open that was authenticated.
    fn authenticated(&self) {}
    /// A message has come. On the path of every message.
    fn message(&self, event: &Event);
    /// A connection has failed; `None` where the browser has no event for it.
    fn error(&self, event: Option<&Event>);
    /// The browser's socket has ended, by this event: what [`Heard::should_reconnect`] and [`Heard::close`] are then about. Without
    /// it they are about a connection that has none. Returns the delay that the server asked for in its reason, in
    /// milliseconds; anything but a finite number from 0 for none.
    fn ended(&self, event: &CloseEvent) -> f64;
    /// A message that was accepted will never be sent: told before [`Heard::close`] or [`Heard::expired`].
    fn unsent(&self, payload: JsValue);
    /// What was told to be unsent had waited for too long.
    fn expired(&self);
    /// A connection has ended. Returns what [`Heard::open`] does.
    fn close(&self, close: Close, cause: Cause, will_reconnect: bool) -> bool;
    /// Another attempt is planned.
    fn reconnecting(&self, attempt: u32, delay: Span, cause: Cause);
    /// The status has changed to this; by now there may be another.
    fn status(&self, status: Status);
    /// The heartbeat's ping; undefined for none.
    fn ping(&self) -> JsValue;
    /// Whether a message answers the ping.
    fn answers(&self, event: &Event) -> bool;
    /// Whether the application wants another attempt; `would_reconnect` if it has no answer.
    fn should_reconnect(&self, close: Close, cause: Cause, attempt: u32, would_reconnect: bool) -> bool;
    /// Whether a message belongs to a request, which has been told of it, and to nobody else.
    fn is_reply(&self, event: &Event) -> bool;
    /// A request will have no reply. If it was not `sent`, it has never left the queue.
    fn failed(&self, request: RequestId, failure: Failure, sent: bool);
    /// True if a call of the server's is being answered.
    fn is_busy(&self) -> bool {
        false
    }
    /// Has `Driver::gone` called when a socket that was abandoned has closed. Returns whether it will.
    fn lingers(&self, _native: &Native) -> bool {
        false
    }
    /// Some of what was to be sent may have left.
    fn drain(&self);
}
