//! The answer to a publication or to a question for history.

use alloc::rc::Rc;
use core::cell::RefCell;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use crate::channels::{Failure, Payload};

/// Why a publication or a question for history has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelError {
    /// The reason.
    pub reason: Failure<Payload>,
    /// Of a publication: false if the broker can't have it.
    pub sent: bool,
}

impl fmt::Display for ChannelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Failure::Lost => f.write_str("the connection was lost, or the bus is closed"),
            Failure::Failed(reason) => write!(f, "the request failed: {}", reason.as_text().unwrap_or_default()),
            Failure::TimedOut => f.write_str("the broker has not answered in time"),
            Failure::Full => f.write_str("too many others wait for a connection: wait for some of them"),
            Failure::Refused(reason) => write!(f, "the broker refused: {}", reason.as_text().unwrap_or_default()),
        }
    }
}

impl core::error::Error for ChannelError {}

/// A place for an answer, and whoever waits for it.
pub(super) struct Slot<T> {
    given: RefCell<Option<Result<T, ChannelError>>>,
    waker: RefCell<Option<Waker>>,
}

impl<T> Slot<T> {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self {
            given: RefCell::new(None),
            waker: RefCell::new(None),
        })
    }

    /// The bus is closed.
    pub(super) fn closed() -> Rc<Self> {
        let slot = Self::new();
        slot.lose();
        slot
    }

    pub(super) fn settle(&self, with: Result<T, ChannelError>) {
        let old = self.given.replace(Some(with));
        drop(old);
        let waker = self.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(super) fn lose(&self) {
        self.settle(Err(ChannelError {
            reason: Failure::Lost,
            sent: true,
        }));
    }
}

/// The broker's answer, when it is awaited. Dropping it changes nothing.
#[must_use = "only when it is awaited it says if it has failed"]
pub struct Answer<T>(pub(super) Rc<Slot<T>>);

impl<T> Future for Answer<T> {
    type Output = Result<T, ChannelError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(given) = self.0.given.take() {
            return Poll::Ready(given);
        }
        // Cloning and dropping a waker may run anybody's code.
        let waker = cx.waker().clone();
        let old = self.0.waker.replace(Some(waker));
        drop(old);
        Poll::Pending
    }
}

impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer")
    }
}
