//! Tasks that wait for the socket to change: to open, to drain, to close. Each looks again whenever anything has changed.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::task::{Context, Waker};

#[derive(Default)]
pub(super) struct Waiting(RefCell<Vec<Waker>>);

impl Waiting {
    pub(super) fn register(&self, cx: &Context<'_>) {
        let known = self.0.borrow().iter().any(|waker| waker.will_wake(cx.waker()));
        if !known {
            let waker = cx.waker().clone();
            self.0.borrow_mut().push(waker);
        }
    }

    pub(super) fn wake(&self) {
        let wakers = self.0.take();
        for waker in wakers {
            waker.wake();
        }
    }
}
