//! Messages that are stored before they are sent, and kept until the server has acknowledged them.

mod builder;
mod changes;
mod cursor;
mod error;
mod flush;
mod indexed_db;
mod inner;
mod options;
mod pending;
mod position;
mod received;
mod records;
mod seal;
mod store;
mod wire;

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use serde::Serialize;

pub use self::builder::OutboxBuilder;
pub use self::changes::{Ahead, Regressed, Subscription};
pub use self::error::DeliverError;
pub use self::indexed_db::IndexedDb;
use self::inner::Inner;
pub use self::pending::{Delivery, DeliveryError, DeliveryState, Receipt};
pub use self::position::Position;
use self::received::Begin;
pub use self::received::Received;
pub use self::store::{Changes, MemoryStore, Store, StoreError, StoreFuture, StoredIn};
use crate::client::socket::handle::WebSocket;
use crate::client::values::message::Message;

/// Messages that are stored before they are sent, and kept until the server has acknowledged them: through lost connections, reloads and
/// crashes. They take effect once, if the server keeps one number for each box. See `docs/outbox.md` for the server's half.
///
/// ```no_run
/// # use holdfast_ws::{WebSocket, delivery::{IndexedDb, Outbox}};
/// # #[derive(serde::Serialize)] struct Order { item: u32 }
/// # #[derive(serde::Deserialize)] struct Accepted { order: u64 }
/// # async fn run(ws: &WebSocket) -> Result<(), Box<dyn std::error::Error>> {
/// let outbox = Outbox::builder(ws, "ada").store(IndexedDb::open("orders").await?).start();
/// let order = outbox.deliver(&Order { item: 7 })?;   // it never fails for being offline
/// order.stored().await?;                             // the user may close the page
/// let receipt = order.await?.read::<Accepted>()?;    // the server has done it
/// # Ok(())
/// # }
/// ```
///
/// A clone is the same outbox. With the last one it stops; what is on the disk is sent by the next page.
#[derive(Clone)]
pub struct Outbox(Rc<Inner>);

impl OutboxBuilder {
    /// Starts it: it sends what earlier pages of this user have left.
    #[must_use]
    pub fn start(self) -> Outbox {
        Outbox(self.begin())
    }
}

/// A handle that doesn't keep the outbox, for its handlers.
#[derive(Clone)]
pub struct WeakOutbox(Weak<Inner>);

impl WeakOutbox {
    /// Returns the outbox, if it is still there.
    #[must_use]
    pub fn upgrade(&self) -> Option<Outbox> {
        self.0.upgrade().map(Outbox)
    }
}

impl fmt::Debug for WeakOutbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakOutbox")
    }
}

impl Outbox {
    /// Returns a handle that doesn't keep the outbox, for its handlers.
    #[must_use]
    pub fn downgrade(&self) -> WeakOutbox {
        WeakOutbox(Rc::downgrade(&self.0))
    }

    /// Returns the options of an outbox over a socket. `user` is who is logged in: what another user has left is not sent. Boxes are named
    /// `<user>/<random>`; a "/" in it is written as `%2F`, and a "%" as `%25`.
    #[must_use]
    pub fn builder(socket: &WebSocket, user: &str) -> OutboxBuilder {
        OutboxBuilder::new(socket, user)
    }

    /// Stores a message, and sends it when its turn comes. It never fails for being offline.
    ///
    /// # Errors
    /// [`DeliverError`]: the message is no JSON object, or the outbox is closed.
    pub fn deliver<T: Serialize + ?Sized>(&self, message: &T) -> Result<Delivery, DeliverError> {
        self.deliver_within(message, self.0.options.keep)
    }

    /// Does the same, and gives the message up after a time.
    ///
    /// # Errors
    /// As [`deliver`](Self::deliver).
    pub fn deliver_within<T: Serialize + ?Sized>(&self, message: &T, ttl: Duration) -> Result<Delivery, DeliverError> {
        if self.0.is_closed.get() {
            return Err(DeliverError::Closed);
        }
        let text = serde_json::to_string(message).map_err(DeliverError::Json)?;
        if let Some(fault) = wire::fault(&text) {
            return Err(DeliverError::Unfit(fault));
        }
        Ok(self.0.deliver(text, ttl))
    }

    /// Receives messages of the server, for `while let Some(message) = received.next().await`. A position is committed when the next message
    /// is asked for, and outlives the page. `position` returns the place of a message in the stream, a number that grows or an id; `None`
    /// for a message that is not of the stream. `subscribe` returns what is sent on each connection, to ask for what comes behind a
    /// position.
    ///
    /// One page of a user receives a stream at a time. When it is gone, another one goes on within seconds.
    pub fn receive<P: Position>(
        &self,
        name: &str,
        position: impl Fn(&Message) -> Option<P> + 'static,
        subscribe: impl Fn(Option<P>) -> Option<String> + 'static,
    ) -> Received<P> {
        Received::new(Rc::clone(&self.0), Begin::Stored(name), position, subscribe)
    }

    /// Does the same for an application that stores the position itself, in one transaction with the effect: `start` is what it has stored.
    /// The outbox stores nothing, and each page receives.
    pub fn receive_from<P: Position>(
        &self,
        start: Option<P>,
        position: impl Fn(&Message) -> Option<P> + 'static,
        subscribe: impl Fn(Option<P>) -> Option<String> + 'static,
    ) -> Received<P> {
        Received::new(Rc::clone(&self.0), Begin::Own(start), position, subscribe)
    }

    /// Returns the deliveries that have not ended, also those of earlier pages.
    #[must_use]
    pub fn pending(&self) -> Vec<Delivery> {
        self.0.pending()
    }

    /// Returns how many deliveries have not ended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if all deliveries have ended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sets the function that is called when a delivery has begun, changed its state or ended: once for all that happens in a task.
    pub fn set_onchange(&self, handler: impl Fn() + 'static) {
        self.0.listeners.set_onchange(Some(Rc::new(handler)));
    }

    /// Calls a further function then, until the subscription is dropped. It should not keep the outbox: see [`downgrade`](Self::downgrade).
    pub fn subscribe(&self, handler: impl Fn() + 'static) -> Subscription {
        self.0.listeners.subscribe(handler)
    }

    /// Sets the function that is called when the server has less than it has acknowledged: it was restored from a backup. What it has lost
    /// is no longer kept here.
    pub fn set_onregressed(&self, handler: impl Fn(Regressed) + 'static) {
        self.0.listeners.set_onregressed(Some(Rc::new(handler)));
    }

    /// Removes that function.
    pub fn remove_onregressed(&self) {
        self.0.listeners.set_onregressed(None);
    }

    /// Sets the function that is called when the server has more than was sent: the store has lost what was written last, or was restored
    /// from a backup. What was never sent gets other numbers, and is sent.
    pub fn set_onahead(&self, handler: impl Fn(Ahead) + 'static) {
        self.0.listeners.set_onahead(Some(Rc::new(handler)));
    }

    /// Removes that function.
    pub fn remove_onahead(&self) {
        self.0.listeners.set_onahead(None);
    }

    /// Removes the function of [`set_onchange`](Self::set_onchange).
    pub fn remove_onchange(&self) {
        self.0.listeners.set_onchange(None);
    }

    /// True if nothing more is sent until [`resume`](Self::resume). See [`OutboxBuilder::stop_on_error`].
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped()
    }

    /// Sends on after a refusal.
    pub fn resume(&self) {
        self.0.resume();
    }

    /// Cancels everything, and removes all messages that this user has in the store, for a logout.
    ///
    /// # Errors
    /// The store can't remove them.
    pub async fn erase(&self) -> Result<(), StoreError> {
        self.0.erase().await
    }

    /// Stops sending, and leaves what there is in the store. Returns how many that are.
    #[allow(clippy::must_use_candidate)] // It is called for what it does.
    pub fn close(&self) -> usize {
        self.0.close()
    }
}

impl PartialEq for Outbox {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Outbox {}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outbox({} pending)", self.len())
    }
}
