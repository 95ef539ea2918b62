//! One message on its way, as the application sees it.

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::store::{StoreError, StoredIn};

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryState {
    /// Not stored yet.
    Pending,
    /// Stored, and not sent.
    Stored,
    /// Sent, and not acknowledged.
    Sent,
    /// The server has acknowledged it.
    Acknowledged,
    /// Refused by the server, cancelled, or not stored.
    Failed,
    /// Its time has passed.
    Expired,
}

/// Why a delivery has ended without a receipt.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum DeliveryError {
    /// The server has refused the message. This is its error object.
    Refused(Value),
    /// Its time has passed before it was acknowledged.
    Expired,
    /// It was cancelled.
    Cancelled,
    /// It can't be stored, so it is not sent.
    NotStored(StoreError),
    /// The outbox was closed or dropped. What is stored on the disk is kept, and sent by the next page: the state stays what it was.
    Closed,
}

impl fmt::Display for DeliveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => match error.get("message").and_then(Value::as_str) {
                Some(message) => write!(f, "the server refused the message: {message}"),
                None => f.write_str("the server refused the message"),
            },
            Self::Expired => f.write_str("the message expired before it was acknowledged"),
            Self::Cancelled => f.write_str("the message was cancelled"),
            Self::NotStored(error) => write!(f, "the message can't be stored: {error}"),
            Self::Closed => f.write_str("the outbox is closed; what is on the disk is kept, and sent by the next page"),
        }
    }
}

impl core::error::Error for DeliveryError {}

/// The server's receipt.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Receipt(pub(super) Option<Value>);

impl Receipt {
    /// Returns the receipt's JSON; `None` if the answer that had it was lost.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        self.0.as_ref()
    }

    /// Reads the receipt; `None` if the answer that had it was lost.
    ///
    /// # Errors
    /// The receipt is another one.
    pub fn read<T: DeserializeOwned>(self) -> Result<Option<T>, serde_json::Error> {
        self.0.map(serde_json::from_value).transpose()
    }
}

pub(super) type End = Result<Receipt, DeliveryError>;

/// The state of a delivery, as far as it is known.
pub(super) struct Slot {
    pub(super) name: String,
    /// It has another one if the server has its number already.
    pub(super) number: Cell<u64>,
    /// The text of an object.
    pub(super) message: String,
    ttl: Duration,
    state: Cell<DeliveryState>,
    stored: RefCell<Option<Result<StoredIn, StoreError>>>,
    end: RefCell<Option<End>>,
    wakers: RefCell<Vec<Waker>>,
}

impl Slot {
    pub(super) fn new(name: String, number: u64, message: String, ttl: Duration) -> Rc<Self> {
        Rc::new(Self {
            name,
            number: Cell::new(number),
            message,
            ttl,
            state: Cell::new(DeliveryState::Pending),
            stored: RefCell::default(),
            end: RefCell::default(),
            wakers: RefCell::default(),
        })
    }

    pub(super) fn store(&self, stored: StoredIn) {
        if self.state.get() == DeliveryState::Pending {
            self.state.set(DeliveryState::Stored);
        }
        self.stored.borrow_mut().get_or_insert(Ok(stored));
        self.wake();
    }

    pub(super) fn send(&self) {
        self.state.set(DeliveryState::Sent);
    }

    pub(super) fn end(&self, end: End) {
        if self.end.borrow().is_some() {
            return;
        }
        self.state.set(match &end {
            Ok(_) => DeliveryState::Acknowledged,
            Err(DeliveryError::Expired) => DeliveryState::Expired,
            // What is stored is kept.
            Err(DeliveryError::Closed) => self.state.get(),
            Err(_) => DeliveryState::Failed,
        });
        let failed = match &end {
            Err(DeliveryError::NotStored(error)) => error.clone(),
            _ => StoreError::new("the message has ended before it was stored"),
        };
        self.stored.borrow_mut().get_or_insert(Err(failed));
        *self.end.borrow_mut() = Some(end);
        self.wake();
    }

    fn wake(&self) {
        let wakers = self.wakers.take();
        for waker in wakers {
            waker.wake();
        }
    }

    fn wait<T>(&self, cx: &Context<'_>) -> Poll<T> {
        let waker = cx.waker().clone();
        let mut wakers = self.wakers.borrow_mut();
        if !wakers.iter().any(|each| each.will_wake(&waker)) {
            wakers.push(waker);
        }
        Poll::Pending
    }
}

/// The outbox of a delivery.
pub(super) trait Home {
    fn cancel(&self, slot: &Slot);
    /// Delivers the text of an object. `None` if it is closed.
    fn deliver_again(&self, message: &str, ttl: Duration) -> Option<Delivery>;
}

/// A message on its way: see [`Outbox::deliver`](super::Outbox::deliver). Awaited, it gives the server's receipt. A clone is the same delivery.
/// Dropping it changes nothing.
#[derive(Clone)]
pub struct Delivery {
    slot: Rc<Slot>,
    outbox: Weak<dyn Home>,
}

impl Delivery {
    pub(super) fn new(slot: Rc<Slot>, outbox: Weak<dyn Home>) -> Self {
        Self { slot, outbox }
    }

    /// Returns the state.
    #[must_use]
    pub fn state(&self) -> DeliveryState {
        self.slot.state.get()
    }

    /// Returns the message, as JSON.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.slot.message
    }

    /// Resolves when the message is stored.
    pub fn stored(&self) -> impl Future<Output = Result<StoredIn, StoreError>> + use<> {
        let slot = Rc::clone(&self.slot);
        core::future::poll_fn(move |cx| {
            let stored = slot.stored.borrow().clone();
            stored.map_or_else(|| slot.wait(cx), Poll::Ready)
        })
    }

    /// Gives it up: it is not sent, or not again. It ends when it is removed; if it was sent, when the server has told whether it has
    /// taken effect. Returns false if it has ended already.
    #[allow(clippy::must_use_candidate)] // It is called for what it does.
    pub fn cancel(&self) -> bool {
        let outbox = self.outbox.upgrade().filter(|_| self.slot.end.borrow().is_none());
        if let Some(outbox) = &outbox {
            outbox.cancel(&self.slot);
        }
        outbox.is_some()
    }

    /// Delivers the message of a delivery that has failed or expired once more, behind all others. `None` if it has not, or if the outbox is
    /// closed.
    #[must_use]
    pub fn retry(&self) -> Option<Delivery> {
        let has_failed = matches!(self.state(), DeliveryState::Failed | DeliveryState::Expired);
        let outbox = self.outbox.upgrade().filter(|_| has_failed)?;
        outbox.deliver_again(&self.slot.message, self.slot.ttl)
    }
}

impl PartialEq for Delivery {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.slot, &other.slot)
    }
}

impl Eq for Delivery {}

impl Future for Delivery {
    type Output = Result<Receipt, DeliveryError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let end = self.slot.end.borrow().clone();
        end.map_or_else(|| self.slot.wait(cx), Poll::Ready)
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Delivery({:?})", self.state())
    }
}
