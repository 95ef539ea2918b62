//! The application's functions that an outbox calls.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;

/// The server has less than it has acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Regressed {
    /// The box.
    pub name: String,
    /// The last number that the server has.
    pub done: u64,
    /// The last that it has acknowledged.
    pub acknowledged: u64,
}

/// The server has more than was sent: the store has lost what was written last, or was restored from a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ahead {
    /// The box.
    pub name: String,
    /// The last number that the server has.
    pub done: u64,
    /// The last number that was given to a message.
    pub given: u64,
}

type Handler = dyn Fn();
type OnRegressed = Rc<dyn Fn(Regressed)>;
type OnAhead = Rc<dyn Fn(Ahead)>;

/// Dropping it ends the calls: see [`Outbox::subscribe`](super::Outbox::subscribe).
#[must_use = "dropping it ends it"]
pub struct Subscription {
    _handler: Rc<Box<Handler>>,
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}

#[derive(Default)]
pub(super) struct Listeners {
    onchange: RefCell<Option<Rc<Handler>>>,
    subscribers: RefCell<Vec<Weak<Box<Handler>>>>,
    onregressed: RefCell<Option<OnRegressed>>,
    onahead: RefCell<Option<OnAhead>>,
    /// True if a change of this task is to be told.
    is_changed: Cell<bool>,
}

impl Listeners {
    pub(super) fn set_onchange(&self, handler: Option<Rc<Handler>>) {
        let old = self.onchange.replace(handler);
        drop(old);
    }

    pub(super) fn set_onregressed(&self, handler: Option<OnRegressed>) {
        let old = self.onregressed.replace(handler);
        drop(old);
    }

    pub(super) fn set_onahead(&self, handler: Option<OnAhead>) {
        let old = self.onahead.replace(handler);
        drop(old);
    }

    pub(super) fn subscribe(&self, handler: impl Fn() + 'static) -> Subscription {
        let handler: Rc<Box<Handler>> = Rc::new(Box::new(handler));
        let mut subscribers = self.subscribers.borrow_mut();
        subscribers.retain(|each| each.strong_count() > 0);
        subscribers.push(Rc::downgrade(&handler));
        Subscription { _handler: handler }
    }

    /// Something has changed. Returns true if that is to be told in a task of its own.
    pub(super) fn change(&self) -> bool {
        !self.is_changed.replace(true)
    }

    pub(super) fn tell_change(&self) {
        self.is_changed.set(false);
        let onchange = self.onchange.borrow().clone();
        if let Some(handler) = onchange {
            handler();
        }
        let subscribers = self.subscribers.borrow().clone();
        for handler in subscribers {
            if let Some(handler) = handler.upgrade() {
                handler();
            }
        }
    }

    pub(super) fn tell_ahead(&self, ahead: Ahead) {
        let handler = self.onahead.borrow().clone();
        if let Some(handler) = handler {
            handler(ahead);
        }
    }

    pub(super) fn tell_regressed(&self, regressed: Regressed) {
        let handler = self.onregressed.borrow().clone();
        if let Some(handler) = handler {
            handler(regressed);
        }
    }
}
