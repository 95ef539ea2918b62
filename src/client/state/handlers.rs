//! One handler for each kind of event, as `onmessage` and its kin.

use alloc::boxed::Box;
#[cfg(feature = "tabs")]
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

#[cfg(feature = "tabs")]
use crate::client::values::data::Data;
use crate::client::values::event::{CloseEvent, Reconnecting};
use crate::client::values::message::Message;
#[cfg(feature = "tabs")]
use crate::client::values::tabs::Role;
use crate::engine::Status;

type Handler<E> = Box<dyn FnMut(E)>;

/// A place for a handler. While it runs it is taken out, so nothing is borrowed; it goes back unless it set another.
pub(crate) struct Slot<E>(RefCell<(u32, Option<Handler<E>>)>);

impl<E> Default for Slot<E> {
    fn default() -> Self {
        Self(RefCell::new((0, None)))
    }
}

impl<E> Slot<E> {
    pub(crate) fn set(&self, handler: impl FnMut(E) + 'static) {
        self.replace(Some(Box::new(handler)));
    }

    pub(crate) fn clear(&self) {
        self.replace(None);
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.borrow().1.is_some()
    }

    pub(crate) fn call(&self, event: E) {
        let (number, handler) = {
            let mut slot = self.0.borrow_mut();
            (slot.0, slot.1.take())
        };
        let Some(mut handler) = handler else { return };
        handler(event);
        let mut slot = self.0.borrow_mut();
        if slot.0 == number {
            slot.1 = Some(handler);
        } else {
            // Dropping it may run the application's code.
            drop(slot);
            drop(handler);
        }
    }

    fn replace(&self, handler: Option<Handler<E>>) {
        let old = {
            let mut slot = self.0.borrow_mut();
            slot.0 = slot.0.wrapping_add(1);
            core::mem::replace(&mut slot.1, handler)
        };
        drop(old);
    }
}

#[derive(Default)]
pub(crate) struct Handlers {
    pub(crate) open: Slot<()>,
    pub(crate) message: Slot<Message>,
    pub(crate) error: Slot<()>,
    pub(crate) close: Slot<CloseEvent>,
    pub(crate) status: Slot<Status>,
    pub(crate) reconnecting: Slot<Reconnecting>,
    pub(crate) expired: Slot<Vec<Message>>,
    #[cfg(feature = "tabs")]
    pub(crate) role: Slot<Role>,
    #[cfg(feature = "tabs")]
    pub(crate) gap: Slot<Vec<Message>>,
    /// Has every message as the platform has it, with the resume token that it brings, in the place of all listeners.
    #[cfg(feature = "tabs")]
    pub(crate) raw: Slot<(Data, Option<String>)>,
}

impl Handlers {
    /// Releases them all.
    pub(crate) fn clear(&self) {
        self.open.clear();
        self.message.clear();
        self.error.clear();
        self.close.clear();
        self.status.clear();
        self.reconnecting.clear();
        self.expired.clear();
        #[cfg(feature = "tabs")]
        {
            self.role.clear();
            self.gap.clear();
            self.raw.clear();
        }
    }
}
