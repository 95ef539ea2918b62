//! A question to the application's provider, under way until it is answered or nobody wants the answer any more.

use alloc::string::String;
use core::cell::{Cell, RefCell};
use core::task::{Context, Poll, Waker};

use alloc::rc::Rc;

use crate::client::values::url::Answer;
use crate::engine::ResolveId;

/// One question. What the application returned is polled in a task of its own, and dropped at once when the question is stale.
struct Asked {
    question: ResolveId,
    answer: Cell<Option<Answer>>,
    stale: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

impl Asked {
    fn give_up(&self) {
        self.stale.set(true);
        // Dropping it may run the application's code.
        drop(self.answer.take());
        if let Some(waker) = self.waker.take() {
            // The task ends, and is released.
            waker.wake();
        }
    }
}

/// The question under way, if there is one.
#[derive(Default)]
pub(crate) struct Asking(RefCell<Option<Rc<Asked>>>);

/// The answer isn't wanted any more.
pub(crate) struct Stale;

/// A task's means to call a provider and to wait for its answer.
pub(crate) struct Ticket(Rc<Asked>);

impl Asking {
    /// Begins a question, which makes the last one stale.
    pub(crate) fn begin(&self, question: ResolveId) -> Ticket {
        let asked = Rc::new(Asked {
            question,
            answer: Cell::new(None),
            stale: Cell::new(false),
            waker: Cell::new(None),
        });
        self.replace(Some(Rc::clone(&asked)));
        Ticket(asked)
    }

    /// Gives the question up unless it is the one that is still open.
    pub(crate) fn keep_only(&self, open: Option<ResolveId>) {
        let stale = self
            .0
            .borrow()
            .as_ref()
            .is_some_and(|asked| Some(asked.question) != open);
        if stale {
            self.replace(None);
        }
    }

    fn replace(&self, next: Option<Rc<Asked>>) {
        let old = self.0.replace(next);
        if let Some(old) = old {
            old.give_up();
        }
    }
}

impl Ticket {
    pub(crate) fn is_stale(&self) -> bool {
        self.0.stale.get()
    }

    /// Takes what the application returned.
    pub(crate) fn wait_for(&self, answer: Answer) {
        if !self.is_stale() {
            self.0.answer.set(Some(answer));
        }
    }

    /// Returns what the provider gave.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<Option<String>, Stale>> {
        // Not in its place while the application's code runs, which may make the question stale.
        let Some(mut answer) = self.0.answer.take() else {
            return Poll::Ready(Err(Stale));
        };
        match answer.as_mut().poll(cx) {
            Poll::Ready(url) => Poll::Ready(Ok(url)),
            Poll::Pending if self.is_stale() => Poll::Ready(Err(Stale)),
            Poll::Pending => {
                self.0.answer.set(Some(answer));
                self.0.waker.set(Some(cx.waker().clone()));
                Poll::Pending
            }
        }
    }
}
