//! Messages of the server, one after the other: a position counts once its message is handled, and outlives the page.

use alloc::boxed::Box;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::cell::{Cell, RefCell};
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use futures_core::Stream;

use super::inner::Inner;
use super::store::Changes;
use crate::client::state::subscribers::Buffer;
use crate::client::values::data::{self, Data};
use crate::client::values::message::Message;
use crate::engine::ReadyState;
use crate::outbox::Inbox;

/// So many messages are buffered for a slow reader. After one more, the server is asked again.
const LIMIT: usize = 1_024;

/// No box has a name that goes on so.
const CURSOR: &str = "/@";

/// True if it is no box, but where a position is stored.
pub(super) fn is_cursor(name: &str) -> bool {
    name.contains(CURSOR)
}

type ReadPosition = Box<dyn Fn(&Message) -> Option<u64>>;
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
    /// Asks the server for what comes behind the last message that was received.
    pub(super) fn ask(&self, outbox: &Inner) {
        if !self.is_read.get() || outbox.socket.ready_state() != ReadyState::Open {
            return;
        }
        let received = self.inbox.borrow().received();
        if let Some(text) = (self.subscribe)(received) {
            // If it can't be sent now, it is on the next connection.
            let _ = outbox.socket.send_with_str(&text);
        }
    }

    async fn read(&self, outbox: &Inner) {
        let records = outbox.store.read(&self.name).await.unwrap_or_default();
        let position = records.first().and_then(|(_, text)| text.parse().ok());
        *self.inbox.borrow_mut() = Inbox::new(position);
        self.written.set(position);
        self.is_read.set(true);
        self.ask(outbox);
        let waker = self.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Stores the position, one write after the other.
    async fn write(&self, outbox: &Inner) {
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
            let _ = outbox
                .store
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

/// Messages of the server: see [`Outbox::receive`](super::Outbox::receive).
#[must_use = "streams do nothing unless polled"]
pub struct Received {
    outbox: Rc<Inner>,
    cursor: Rc<Cursor>,
    buffer: Rc<Buffer<Data>>,
    position: ReadPosition,
    /// The position of what the application handles now.
    handling: Option<u64>,
}

impl Received {
    pub(super) fn new(
        outbox: Rc<Inner>,
        name: &str,
        position: impl Fn(&Message) -> Option<u64> + 'static,
        subscribe: impl Fn(Option<u64>) -> Option<String> + 'static,
    ) -> Self {
        let cursor = Rc::new(Cursor {
            name: format!("{}{CURSOR}{name}", outbox.user),
            subscribe: Box::new(subscribe),
            inbox: RefCell::default(),
            is_read: Cell::new(false),
            is_writing: Cell::new(false),
            written: Cell::new(None),
            waker: RefCell::default(),
        });
        outbox.add_cursor(&cursor);
        let reading = Rc::clone(&cursor);
        outbox.spawn(async move |outbox| reading.read(&outbox).await);
        Self {
            buffer: outbox.socket.read(LIMIT),
            outbox,
            cursor,
            position: Box::new(position),
            handling: None,
        }
    }

    /// Returns the last position that is committed; `None` if there is none, or before it is read.
    #[must_use]
    pub fn position(&self) -> Option<u64> {
        self.cursor.inbox.borrow().committed()
    }

    fn commit(&mut self) {
        let Some(position) = self.handling.take() else { return };
        if self.cursor.inbox.borrow_mut().commit(position) {
            let cursor = Rc::clone(&self.cursor);
            self.outbox.spawn(async move |outbox| cursor.write(&outbox).await);
        }
    }
}

impl Stream for Received {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        self.commit();
        if !self.cursor.is_read.get() {
            let old = self.cursor.waker.replace(Some(cx.waker().clone()));
            drop(old);
            return Poll::Pending;
        }
        loop {
            let Poll::Ready(data) = self.buffer.poll(cx) else {
                return Poll::Pending;
            };
            let Some(data) = data else {
                if self.buffer.lagged() == 0 {
                    return Poll::Ready(None);
                }
                self.buffer = self.outbox.socket.read(LIMIT);
                self.cursor.ask(&self.outbox);
                continue;
            };
            let message = data::message(&data);
            let Some(position) = (self.position)(&message) else {
                continue;
            };
            if self.cursor.inbox.borrow_mut().handle_position(position) {
                self.handling = Some(position);
                return Poll::Ready(Some(message));
            }
        }
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Received")
    }
}
