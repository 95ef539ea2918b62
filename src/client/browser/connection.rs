//! One native socket, and the four functions that listen to it.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

pub(crate) use super::event::Listener;
use super::event::{BrowserEvent, Event};
use super::native::{Native, Socket};

/// A function that the browser calls.
type Function = Closure<dyn Fn(BrowserEvent)>;

/// A native socket that is listened to, until it is abandoned or dropped.
pub(crate) struct Connection {
    pub(crate) native: Native,
    /// The listeners to open, message, error and close of a socket of the browser's. Kept for as long as they may be called.
    _closures: Option<[Function; 4]>,
}

impl Connection {
    pub(crate) fn new(native: Native, listeners: [Listener; 4]) -> Self {
        let closures = match &native {
            Native::Browser(socket) => {
                let closures = listeners
                    .map(|listener| Closure::new(move |event: BrowserEvent| listener.call(Event::Browser(event))));
                listen(socket, closures.each_ref().map(Closure::as_ref));
                Some(closures)
            }
            #[cfg(feature = "tabs")]
            Native::Tab(socket) => {
                socket.listen(listeners);
                None
            }
        };
        Self {
            native,
            _closures: closures,
        }
    }

    /// Abandons the socket: removes the listeners, and closes it. The browser ends the closing handshake in the background.
    pub(crate) fn abandon(&self) {
        match &self.native {
            Native::Browser(socket) => listen(socket, [&JsValue::NULL; 4]),
            #[cfg(feature = "tabs")]
            Native::Tab(socket) => socket.unlisten(),
        }
        self.native.leave();
    }
}

fn listen(socket: &Socket, [open, message, error, close]: [&JsValue; 4]) {
    // Only an object that is no socket of the browser's throws here. It then doesn't open.
    let _ = socket.set_onopen(open);
    let _ = socket.set_onmessage(message);
    let _ = socket.set_onerror(error);
    let _ = socket.set_onclose(close);
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.abandon();
    }
}
