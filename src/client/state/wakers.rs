//! Tasks that wait for the socket to change: to open, to drain, to close. Each is polled again whenever anything has changed.

use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::task::{Context, Waker};

/// One waiting task. Only the waker of its last poll is kept, as `Future` and `Sink` require.
#[derive(Default)]
pub(crate) struct Waiter {
    waker: Cell<Option<Waker>>,
    enlisted: Cell<bool>,
}

/// Everyone who waits for one socket. A place belongs to its future or sink, and is forgotten with it.
#[derive(Default)]
pub(crate) struct WakerSet(RefCell<Vec<Weak<Waiter>>>);

impl WakerSet {
    pub(crate) fn register(&self, waiter: &Rc<Waiter>, cx: &Context<'_>) {
        // Cloning and dropping a waker may run anybody's code.
        let old = waiter.waker.replace(Some(cx.waker().clone()));
        drop(old);
        if waiter.enlisted.replace(true) {
            return;
        }
        let mut list = self.0.borrow_mut();
        if list.len() == list.capacity() {
            list.retain(|waiter| waiter.strong_count() > 0);
        }
        list.push(Rc::downgrade(waiter));
    }

    pub(crate) fn wake(&self) {
        for waiter in self.0.take() {
            if let Some(waiter) = waiter.upgrade() {
                waiter.enlisted.set(false);
                if let Some(waker) = waiter.waker.take() {
                    waker.wake();
                }
            }
        }
    }
}
