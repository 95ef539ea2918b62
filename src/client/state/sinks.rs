//! Messages that sinks have accepted: those yet to be handed to the browser, and those that will never be sent.
//!
//! A sink says that it is ready before it knows the message. If the connection ends in between, or the queue has no room for
//! this one, the message is held here: one for each sink. It goes out with the next connection, or as soon as there is room.

use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::transmit::{Sent, hand_over};
use crate::client::values::data::Data;
use crate::client::values::error::SendError;
use crate::driver::{Driver, Host};

/// The state of one sink's messages.
#[derive(Default)]
pub(crate) struct Delivery {
    /// True if one is held here.
    held: Cell<bool>,
    /// `Some` if messages are in the queue: the number of given-up messages when the first of them came.
    queued: Cell<Option<u64>>,
    /// The reason why some were given up, and true if the sink's user knows.
    lost: Cell<Option<(SendError, bool)>>,
}

/// One message that is held, a copy of the sink's own.
struct Held {
    delivery: Rc<Delivery>,
    data: Data,
    bytes: u64,
}

/// The sinks of one socket.
#[derive(Default)]
pub(crate) struct Sinks {
    deliveries: RefCell<Vec<Weak<Delivery>>>,
    held: RefCell<Vec<Held>>,
    /// The number of queued messages that were reported as given up.
    reported: Cell<u64>,
    /// The number of those that were held here.
    unsent: Cell<u64>,
}

impl Delivery {
    pub(crate) fn is_held(&self) -> bool {
        self.held.get()
    }

    /// Returns true if anything is yet to be handed to the browser.
    pub(crate) fn is_pending(&self) -> bool {
        self.held.get() || self.queued.get().is_some()
    }

    /// `Ok` if no accepted message was lost, as far as is known. An error stays until another message is accepted.
    pub(crate) fn outcome(&self) -> Result<(), SendError> {
        let Some((error, _)) = self.lost.get() else {
            return Ok(());
        };
        self.lost.set((!self.is_pending()).then_some((error, true)));
        Err(error)
    }

    fn lose(&self, error: SendError) {
        self.lost.set(Some((error, false)));
    }

    fn accepted<H: Host<Payload = Data>>(&self, sent: Sent, driver: &Driver<H>) {
        if sent == Sent::Queued && self.queued.get().is_none() {
            self.queued.set(Some(driver.engine(|engine| engine.stats().unsent)));
        }
    }
}

impl Sinks {
    pub(crate) fn join(&self) -> Rc<Delivery> {
        let delivery = Rc::new(Delivery::default());
        let mut deliveries = self.deliveries.borrow_mut();
        deliveries.retain(|delivery| delivery.strong_count() > 0);
        deliveries.push(Rc::downgrade(&delivery));
        delivery
    }

    /// Sends a sink's message, or holds it if it may not wait in the queue.
    pub(crate) fn send<H: Host<Payload = Data>>(
        &self,
        driver: &Driver<H>,
        delivery: &Rc<Delivery>,
        data: Data,
        bytes: u64,
    ) -> Result<(), SendError> {
        match hand_over(driver, &data, bytes) {
            Ok(sent) => delivery.accepted(sent, driver),
            // A sink that asks before it sends has none here.
            Err(SendError::NotOpen | SendError::QueueFull) if !delivery.is_held() => {
                delivery.held.set(true);
                let delivery = Rc::clone(delivery);
                self.held.borrow_mut().push(Held { delivery, data, bytes });
            }
            Err(error) => return Err(error),
        }
        if matches!(delivery.lost.get(), Some((_, true))) {
            delivery.lost.set(None);
        }
        Ok(())
    }

    /// A connection is open: the queue is out, and what was held follows.
    pub(crate) fn opened<H: Host<Payload = Data>>(&self, driver: &Driver<H>) {
        for delivery in self.present() {
            delivery.queued.set(None);
        }
        self.send_held(driver);
    }

    /// Sends what is held, as far as it can go.
    pub(crate) fn send_held<H: Host<Payload = Data>>(&self, driver: &Driver<H>) {
        // Not borrowed while the browser takes them.
        for held in self.held.take() {
            match hand_over(driver, &held.data, held.bytes) {
                Ok(sent) => {
                    held.delivery.held.set(false);
                    held.delivery.accepted(sent, driver);
                }
                Err(error @ SendError::Refused) => {
                    held.delivery.held.set(false);
                    held.delivery.lose(error);
                }
                Err(_) => self.held.borrow_mut().push(held),
            }
        }
    }

    /// So many messages of the queue have waited for too long. Whose they were isn't known here: a sink that has any in the queue
    /// is reported too often rather than never.
    pub(crate) fn expired(&self, messages: usize) {
        self.report(messages, |delivery| delivery.lose(SendError::Expired));
    }

    /// Counts this many messages of the queue as reported. Calls `lose` for sinks that may have had some of them. Messages that were queued
    /// later, also after a `reconnect()`, are not counted.
    fn report(&self, messages: usize, lose: impl Fn(&Delivery)) {
        let reported = self.reported.get().saturating_add(messages as u64);
        self.reported.set(reported);
        for delivery in self.present() {
            if delivery.queued.get().is_some_and(|before| before < reported) {
                lose(&delivery);
            }
        }
    }

    /// The socket is closed for good, and this many messages of the queue are reported as unsent. Returns the messages that are held here, to
    /// be reported, too.
    pub(crate) fn gave_up<H: Host<Payload = Data>>(&self, driver: Option<&Driver<H>>, unsent: usize) -> Vec<Data> {
        self.report(unsent, |delivery| {
            delivery.queued.set(None);
            delivery.lose(SendError::Closed);
        });
        // If the socket has been restarted meanwhile, held messages go to the next connection.
        if driver.is_some_and(|driver| !driver.engine(|engine| engine.discards())) {
            return Vec::new();
        }
        let held = self.held.take();
        self.unsent.set(self.unsent.get().saturating_add(held.len() as u64));
        for Held { delivery, .. } in &held {
            delivery.held.set(false);
            delivery.lose(SendError::Closed);
        }
        held.into_iter().map(|held| held.data).collect()
    }

    /// Messages that are held.
    pub(crate) fn held(&self) -> usize {
        self.held.borrow().len()
    }

    /// Bytes that are held.
    pub(crate) fn bytes(&self) -> u64 {
        self.held.borrow().iter().map(|held| held.bytes).sum()
    }

    /// Messages that were held, and reported as unsent.
    pub(crate) fn unsent(&self) -> u64 {
        self.unsent.get()
    }

    fn present(&self) -> Vec<Rc<Delivery>> {
        self.deliveries.borrow().iter().filter_map(Weak::upgrade).collect()
    }
}
