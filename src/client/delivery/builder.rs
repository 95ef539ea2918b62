//! The options of an outbox, and its start.

use alloc::rc::Rc;
use core::fmt;
use core::future::poll_fn;
use core::time::Duration;

use futures_core::Stream;
use serde_json::Value;

use super::inner::Inner;
use super::options::Options;
use super::store::{MemoryStore, Store};
use crate::client::socket::handle::WebSocket;
use crate::client::values::event::Event;
use crate::outbox::{AfterRefusal, Config};

const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// The options of an [`Outbox`](super::Outbox).
pub struct OutboxBuilder {
    socket: WebSocket,
    options: Options,
}

impl OutboxBuilder {
    pub(super) fn new(socket: &WebSocket, user: &str) -> Self {
        Self {
            socket: socket.clone(),
            options: Options {
                // A "/" ends the user in the name of a box.
                user: user.replace('%', "%25").replace('/', "%2F"),
                store: Rc::new(MemoryStore::new()),
                keep: WEEK,
                config: Config::default(),
                version: 1,
                migrate: None,
                flush: None,
            },
        }
    }

    /// The store of the messages. Default [`MemoryStore`].
    #[must_use]
    pub fn store(mut self, store: impl Store + 'static) -> Self {
        self.options.store = Rc::new(store);
        self
    }

    /// How many messages may be on their way at once. Default 32.
    #[must_use]
    pub fn window(mut self, messages: usize) -> Self {
        self.options.config.window = messages;
        self
    }

    /// How long messages are kept. Default seven days.
    #[must_use]
    pub fn keep(mut self, keep: Duration) -> Self {
        self.options.keep = keep;
        self
    }

    /// After a message that the server refuses, nothing more is sent until [`Outbox::resume`](super::Outbox::resume).
    #[must_use]
    pub fn stop_on_error(mut self) -> Self {
        self.options.config.after_refusal = AfterRefusal::Stop;
        self
    }

    /// The version of the application's messages. Default 1.
    #[must_use]
    pub fn version(mut self, version: u32) -> Self {
        self.options.version = version;
        self
    }

    /// Converts a stored message of another version, which it gets with the message. While it returns `None`, the messages of that page stay
    /// in the store, for another page that knows more.
    #[must_use]
    pub fn migrate(mut self, migrate: impl Fn(Value, u32) -> Option<Value> + 'static) -> Self {
        self.options.migrate = Some(Rc::new(migrate));
        self
    }

    /// The URL to post the rest to when the page is left, up to 64 KiB: lines of JSON, as on the connection, with the same boxes and
    /// numbers. Cookies come with it.
    #[must_use]
    pub fn flush(mut self, url: &str) -> Self {
        self.options.flush = Some(url.into());
        self
    }

    /// Starts what an [`Outbox`](super::Outbox) is a handle of.
    pub(super) fn begin(self) -> Rc<Inner> {
        let inner = Inner::new(self.socket.clone(), self.options);
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
        inner
    }
}

impl fmt::Debug for OutboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OutboxBuilder")
    }
}
