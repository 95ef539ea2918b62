//! One native socket, and the four closures that listen to it.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use super::native::{Event, Native};

pub(crate) type Listener = Closure<dyn Fn(Event)>;

/// A native socket that is listened to, until it is abandoned or dropped.
pub(crate) struct Connection {
    pub(crate) native: Native,
    /// The listeners to open, message, error and close. Kept for as long as they may be called.
    _listeners: [Listener; 4],
}

impl Connection {
    pub(crate) fn new(native: Native, listeners: [Listener; 4]) -> Self {
        listen(&native, listeners.each_ref().map(Listener::as_ref));
        Self {
            native,
            _listeners: listeners,
        }
    }

    /// Abandons the socket: removes the listeners, and closes it. The browser ends the closing handshake in the background.
    pub(crate) fn abandon(&self) {
        listen(&self.native, [&JsValue::NULL; 4]);
        self.native.leave();
    }
}

fn listen(native: &Native, [open, message, error, close]: [&JsValue; 4]) {
    // Only an object that is no socket of the browser's throws here. It then doesn't open.
    let _ = native.set_onopen(open);
    let _ = native.set_onmessage(message);
    let _ = native.set_onerror(error);
    let _ = native.set_onclose(close);
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.abandon();
    }
}
