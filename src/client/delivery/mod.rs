//! Messages that are stored before they are sent, and kept until the server has acknowledged them.

mod cursor;
mod indexed_db;
mod inner;
mod pending;
mod received;
mod records;
mod store;
mod wire;

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::future::poll_fn;
use core::time::Duration;

use futures_core::Stream;
use serde::Serialize;

pub use self::indexed_db::IndexedDb;
use self::inner::Inner;
pub use self::pending::{Delivery, DeliveryError, DeliveryState, Receipt};
pub use self::received::Received;
pub use self::store::{Changes, MemoryStore, Store, StoreError, StoreFuture, StoredIn};
use crate::client::socket::handle::WebSocket;
use crate::client::values::event::Event;
use crate::client::values::message::Message;
use crate::outbox::{AfterRefusal, Config};

const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// Why a message can't be delivered.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeliverError {
    /// It can't be written as JSON.
    Json(serde_json::Error),
    /// It is no object, or has a field that the outbox needs.
    Unfit(&'static str),
    /// The outbox is closed.
    Closed,
}

impl fmt::Display for DeliverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "the message can't be written as JSON: {error}"),
            Self::Unfit(why) => f.write_str(why),
            Self::Closed => f.write_str("the outbox is closed"),
        }
    }
}

impl core::error::Error for DeliverError {}

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

/// The options of an [`Outbox`].
pub struct OutboxBuilder {
    socket: WebSocket,
    user: String,
    store: Rc<dyn Store>,
    keep: Duration,
    config: Config,
}

impl OutboxBuilder {
    /// The store of the messages. Default [`MemoryStore`].
    #[must_use]
    pub fn store(mut self, store: impl Store + 'static) -> Self {
        self.store = Rc::new(store);
        self
    }

    /// How many messages may be on their way at once. Default 32.
    #[must_use]
    pub fn window(mut self, messages: usize) -> Self {
        self.config.window = messages;
        self
    }

    /// How long messages are kept. Default seven days.
    #[must_use]
    pub fn keep(mut self, keep: Duration) -> Self {
        self.keep = keep;
        self
    }

    /// After a message that the server refuses, nothing more is sent until [`Outbox::resume`].
    #[must_use]
    pub fn stop_on_error(mut self) -> Self {
        self.config.after_refusal = AfterRefusal::Stop;
        self
    }

    /// Starts it: it sends what earlier pages of this user have left.
    #[must_use]
    pub fn start(self) -> Outbox {
        let inner = Inner::new(self.socket.clone(), self.user, self.keep, self.store, self.config);
        let weak = Rc::downgrade(&inner);
        self.socket
            .shared()
            .taps
            .add(move |text| weak.upgrade().map(|inner| inner.hear(text)));
        self.socket.shared().inspect();
        let weak = Rc::downgrade(&inner);
        let mut events = self.socket.events();
        inner.spawn(async move |inner| {
            drop(inner);
            loop {
                let next = poll_fn(|cx| core::pin::Pin::new(&mut events).poll_next(cx)).await;
                let Some(inner) = weak.upgrade() else { return };
                match next {
                    Some(Event::Open) => inner.opened(),
                    Some(Event::Close(_)) => inner.lost(),
                    Some(_) => {}
                    None => return,
                }
            }
        });
        inner.start();
        Outbox(inner)
    }
}

impl fmt::Debug for OutboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OutboxBuilder")
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

    /// Returns the options of an outbox over a socket. `user` is who is logged in, without "/": what another user has left is not sent.
    #[must_use]
    pub fn builder(socket: &WebSocket, user: &str) -> OutboxBuilder {
        OutboxBuilder {
            socket: socket.clone(),
            user: user.replace('/', "_"),
            store: Rc::new(MemoryStore::new()),
            keep: WEEK,
            config: Config::default(),
        }
    }

    /// Stores a message, and sends it when its turn comes. It never fails for being offline.
    ///
    /// # Errors
    /// [`DeliverError`]: the message is no JSON object, or the outbox is closed.
    pub fn deliver<T: Serialize + ?Sized>(&self, message: &T) -> Result<Delivery, DeliverError> {
        self.deliver_within(message, self.0.keep)
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
    /// is asked for, and outlives the page. `position` returns the place of a message in the stream, a number that grows; `None` for a
    /// message that is not of the stream. `subscribe` returns what is sent on each connection, to ask for what comes behind a position.
    pub fn receive(
        &self,
        name: &str,
        position: impl Fn(&Message) -> Option<u64> + 'static,
        subscribe: impl Fn(Option<u64>) -> Option<String> + 'static,
    ) -> Received {
        Received::new(Rc::clone(&self.0), name, position, subscribe)
    }

    /// Returns the deliveries that have not ended, also those of earlier pages.
    #[must_use]
    pub fn pending(&self) -> Vec<Delivery> {
        self.0.pending()
    }

    /// Returns how many deliveries have not ended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.pending().len()
    }

    /// True if all deliveries have ended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sets the function that is called when a delivery has begun, changed its state or ended: once for all that happens in a task.
    pub fn set_onchange(&self, handler: impl Fn() + 'static) {
        self.0.set_onchange(Some(inner::handler(handler)));
    }

    /// Removes that function.
    pub fn remove_onchange(&self) {
        self.0.set_onchange(None);
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
        self.0.drop_all();
        let prefix = self.0.user.clone() + "/";
        for name in self.0.store.boxes(&prefix).await? {
            let keys = self.0.store.read(&name).await?;
            let remove = keys.into_iter().map(|(key, _)| key).collect();
            let changes = Changes {
                remove,
                ..Changes::default()
            };
            self.0.store.write(&name, changes).await?;
        }
        Ok(())
    }

    /// Stops sending, and leaves what there is in the store. Returns how many that are.
    #[allow(clippy::must_use_candidate)] // It is called for what it does.
    pub fn close(&self) -> usize {
        self.0.close()
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outbox({} pending)", self.len())
    }
}
