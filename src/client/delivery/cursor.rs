//! The place in one stream of the server, and where it is stored.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use core::cell::{Cell, RefCell};
use core::task::Waker;

use super::store::{Changes, Store};
use crate::client::socket::handle::WebSocket;
use crate::engine::ReadyState;
use crate::outbox::Inbox;

/// No box has a name that goes on so.
const CURSOR: &str = "/@";

/// True if it is no box, but where a position is stored.
pub(super) fn is_cursor(name: &str) -> bool {
    name.contains(CURSOR)
}

type Subscribe = Box<dyn Fn(Option<u64>) -> Option<String>>;

/// The place in one stream of the server.
pub(super) struct Cursor {
    name: String,
    subscribe: Subscribe,
    inbox: RefCell<Inbox>,
    is_read: Cell<bool>,
    is_writing: Cell<bool>,
    written: Cell<Option<u64>>,
    waker: RefCell<Option<Waker>>,
}

impl Cursor {
    /// The cursor of a user's stream of this name.
    pub(super) fn new(user: &str, name: &str, subscribe: impl Fn(Option<u64>) -> Option<String> + 'static) -> Self {
        Self {
            name: format!("{user}{CURSOR}{name}"),
            subscribe: Box::new(subscribe),
            inbox: RefCell::default(),
            is_read: Cell::new(false),
            is_writing: Cell::new(false),
            written: Cell::new(None),
            waker: RefCell::default(),
        }
    }

    /// Returns the last position that is committed; `None` if there is none, or before it is read.
    pub(super) fn committed(&self) -> Option<u64> {
        self.inbox.borrow().committed()
    }

    /// A message is handled. Returns true if its position is one to write.
    pub(super) fn commit(&self, position: u64) -> bool {
        self.inbox.borrow_mut().commit(position)
    }

    /// A message with this position has come. Returns true if it is to be handled.
    pub(super) fn handle_position(&self, position: u64) -> bool {
        self.inbox.borrow_mut().handle_position(position)
    }

    /// True once the stored position is read. Until then the waker is kept.
    pub(super) fn poll_read(&self, waker: &Waker) -> bool {
        if !self.is_read.get() {
            let old = self.waker.replace(Some(waker.clone()));
            drop(old);
        }
        self.is_read.get()
    }

    /// Asks the server for what comes behind the last message that was received.
    pub(super) fn ask(&self, socket: &WebSocket) {
        if !self.is_read.get() || socket.ready_state() != ReadyState::Open {
            return;
        }
        let received = self.inbox.borrow().received();
        if let Some(text) = (self.subscribe)(received) {
            // If it can't be sent now, it is on the next connection.
            let _ = socket.send_with_str(&text);
        }
    }

    pub(super) async fn read(&self, socket: &WebSocket, store: &dyn Store) {
        let records = store.read(&self.name).await.unwrap_or_default();
        let position = records.first().and_then(|(_, text)| text.parse().ok());
        *self.inbox.borrow_mut() = Inbox::new(position);
        self.written.set(position);
        self.is_read.set(true);
        self.ask(socket);
        let waker = self.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Stores the position, one write after the other.
    pub(super) async fn write(&self, store: &dyn Store) {
        if self.is_writing.replace(true) {
            return;
        }
        loop {
            let position = self.inbox.borrow().committed();
            let Some(text) = position
                .filter(|_| position != self.written.get())
                .map(|at| at.to_string())
            else {
                break;
            };
            self.written.set(position);
            let put = [(0, text)].into();
            // If there is no room, the next one is stored, or the messages come again.
            let _ = store
                .write(
                    &self.name,
                    Changes {
                        put,
                        ..Changes::default()
                    },
                )
                .await;
        }
        self.is_writing.set(false);
    }
}
