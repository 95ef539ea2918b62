//! One socket of the world, and the four functions that listen to it.

use alloc::rc::Rc;
use core::cell::Cell;

use super::native::{Event, Native};

/// A function that an event calls.
#[derive(Clone)]
pub(crate) struct Listener(Rc<dyn Fn(Event)>);

impl Listener {
    pub(crate) fn new(run: impl Fn(Event) + 'static) -> Self {
        Self(Rc::new(run))
    }
}

/// A socket that is listened to, until it is abandoned or dropped.
pub(crate) struct Connection {
    pub(crate) native: Native,
    abandoned: Cell<bool>,
}

impl Connection {
    pub(crate) fn new(native: Native, [open, message, error, close]: [Listener; 4]) -> Self {
        let socket = &native.0;
        socket.on_open(move || open.0(Event::Plain));
        socket.on_message(move |data| message.0(Event::Message(data)));
        socket.on_error(move || error.0(Event::Plain));
        socket.on_close(move |closed| close.0(Event::Close(closed)));
        Self {
            native,
            abandoned: Cell::new(false),
        }
    }

    /// Abandons the socket: removes the listeners, and closes it.
    pub(crate) fn abandon(&self) {
        // Once: afterwards its end is listened to.
        if !self.abandoned.replace(true) {
            self.native.0.unlisten();
            self.native.leave();
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.abandon();
    }
}
