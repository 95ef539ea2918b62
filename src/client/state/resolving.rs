//! The call of the application's URL function that is under way, until it has resolved or is stale.

use alloc::string::String;
use core::cell::{Cell, RefCell};
use core::task::{Context, Poll, Waker};

use alloc::rc::Rc;

use crate::client::values::url::Answer;
use crate::engine::ResolveId;

/// One call. The future that the application returned is polled in a task of its own, and dropped at once when the call is stale.
struct Resolution {
    id: ResolveId,
    future: Cell<Option<Answer>>,
    stale: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

impl Resolution {
    fn cancel(&self) {
        self.stale.set(true);
        // Dropping it may run the application's code.
        drop(self.future.take());
        if let Some(waker) = self.waker.take() {
            // The task ends, and is released.
            waker.wake();
        }
    }
}

/// The call under way, if there is one.
#[derive(Default)]
pub(crate) struct Resolving(RefCell<Option<Rc<Resolution>>>);

/// The call is stale: the engine has no use for its result.
pub(crate) struct Stale;

/// The part of the task that calls the URL function and awaits its future.
pub(crate) struct ResolveTask(Rc<Resolution>);

impl Resolving {
    /// Begins a call, which makes the last one stale.
    pub(crate) fn begin(&self, id: ResolveId) -> ResolveTask {
        let current = Rc::new(Resolution {
            id,
            future: Cell::new(None),
            stale: Cell::new(false),
            waker: Cell::new(None),
        });
        self.replace(Some(Rc::clone(&current)));
        ResolveTask(current)
    }

    /// Cancels the call unless it is the one that the engine waits for.
    pub(crate) fn keep_only(&self, open: Option<ResolveId>) {
        let stale = self.0.borrow().as_ref().is_some_and(|current| Some(current.id) != open);
        if stale {
            self.replace(None);
        }
    }

    fn replace(&self, next: Option<Rc<Resolution>>) {
        let old = self.0.replace(next);
        if let Some(old) = old {
            old.cancel();
        }
    }
}

impl ResolveTask {
    pub(crate) fn is_stale(&self) -> bool {
        self.0.stale.get()
    }

    /// Keeps the future that the application returned.
    pub(crate) fn wait_for(&self, future: Answer) {
        if !self.is_stale() {
            self.0.future.set(Some(future));
        }
    }

    /// Polls the future.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<Option<String>, Stale>> {
        // Taken out of the cell while it is polled, because the application's code may make the call stale.
        let Some(mut future) = self.0.future.take() else {
            return Poll::Ready(Err(Stale));
        };
        match future.as_mut().poll(cx) {
            Poll::Ready(url) => Poll::Ready(Ok(url)),
            Poll::Pending if self.is_stale() => Poll::Ready(Err(Stale)),
            Poll::Pending => {
                self.0.future.set(Some(future));
                self.0.waker.set(Some(cx.waker().clone()));
                Poll::Pending
            }
        }
    }
}
