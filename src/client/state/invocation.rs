//! The call of a function of the application's that is under way, until it has answered or is stale.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

/// The future of an answer.
pub(crate) type Answer<T> = Pin<Box<dyn Future<Output = T>>>;

/// One call, by its id. The future that the application returned is polled in a task of its own, and dropped at once when the call is
/// stale.
struct Call<I, T> {
    id: I,
    future: Cell<Option<Answer<T>>>,
    stale: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

impl<I, T> Call<I, T> {
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
pub(crate) struct Invocation<I, T>(RefCell<Option<Rc<Call<I, T>>>>);

impl<I, T> Default for Invocation<I, T> {
    fn default() -> Self {
        Self(RefCell::new(None))
    }
}

/// The call is stale: the engine has no use for its answer.
pub(crate) struct Stale;

/// The part of the task that calls the function and awaits its future.
pub(crate) struct InvocationTask<I, T>(Rc<Call<I, T>>);

impl<I: Copy + PartialEq, T> Invocation<I, T> {
    /// Begins a call, which makes the last one stale.
    pub(crate) fn begin(&self, id: I) -> InvocationTask<I, T> {
        let current = Rc::new(Call {
            id,
            future: Cell::new(None),
            stale: Cell::new(false),
            waker: Cell::new(None),
        });
        self.replace(Some(Rc::clone(&current)));
        InvocationTask(current)
    }

    /// Cancels the call unless it is the one that the engine waits for.
    pub(crate) fn keep_only(&self, awaited: Option<I>) {
        let stale = self
            .0
            .borrow()
            .as_ref()
            .is_some_and(|current| awaited != Some(current.id));
        if stale {
            self.replace(None);
        }
    }

    fn replace(&self, next: Option<Rc<Call<I, T>>>) {
        let old = self.0.replace(next);
        if let Some(old) = old {
            old.cancel();
        }
    }
}

impl<I, T> InvocationTask<I, T> {
    pub(crate) fn is_stale(&self) -> bool {
        self.0.stale.get()
    }

    /// Keeps the future that the application returned.
    pub(crate) fn wait_for(&self, future: Answer<T>) {
        if !self.is_stale() {
            self.0.future.set(Some(future));
        }
    }

    /// Polls the future.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<T, Stale>> {
        // Taken out of the cell while it is polled, because the application's code may make the call stale.
        let Some(mut future) = self.0.future.take() else {
            return Poll::Ready(Err(Stale));
        };
        match future.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready(Ok(answer)),
            Poll::Pending if self.is_stale() => Poll::Ready(Err(Stale)),
            Poll::Pending => {
                self.0.future.set(Some(future));
                self.0.waker.set(Some(cx.waker().clone()));
                Poll::Pending
            }
        }
    }
}
