//! One native socket under its connection's number, and the four closures that listen to it.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use super::native::{Event, Native};
use crate::engine::ConnectionId;

pub(super) type Listener = Closure<dyn Fn(Event)>;

/// A native socket that is listened to, until it is abandoned or dropped.
pub(super) struct Connection {
    pub(super) id: ConnectionId,
    pub(super) native: Native,
    /// To its open, message, error and close. Kept for as long as they may be called.
    listeners: [Listener; 4],
}

impl Connection {
    /// Listens to all but its messages, which the host listens to.
    pub(super) fn new(id: ConnectionId, native: Native, listeners: [Listener; 4]) -> Self {
        let [open, _, error, close] = listeners.each_ref().map(Listener::as_ref);
        listen(&native, [open, error, close]);
        Self { id, native, listeners }
    }

    pub(super) fn message_listener(&self) -> &JsValue {
        let [_, message, ..] = &self.listeners;
        message.as_ref()
    }

    /// Lets go of the socket: nothing of it is heard any more, except what its host listens to, and the browser closes it in its
    /// own time.
    pub(super) fn abandon(&self) {
        listen(&self.native, [&JsValue::NULL; 3]);
        let _ = self.native.leave();
    }
}

fn listen(native: &Native, [open, error, close]: [&JsValue; 3]) {
    // What throws here is no socket of the browser's, and then doesn't open.
    let _ = native.set_onopen(open);
    let _ = native.set_onerror(error);
    let _ = native.set_onclose(close);
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.abandon();
    }
}
