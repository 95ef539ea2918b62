//! Messages of the server, one after the other: a position counts once its message is handled, and outlives the page.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::Stream;

use super::cursor::Cursor;
use super::inner::Inner;
use crate::client::state::subscribers::Buffer;
use crate::client::values::data::{self, Data};
use crate::client::values::message::Message;

/// So many messages are buffered for a slow reader. After one more, the server is asked again.
const LIMIT: usize = 1_024;

type ReadPosition = Box<dyn Fn(&Message) -> Option<u64>>;

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
        let cursor = Rc::new(Cursor::new(&outbox.user, name, subscribe));
        outbox.add_cursor(&cursor);
        let reading = Rc::clone(&cursor);
        outbox.spawn(async move |outbox| reading.read(&outbox.socket, &*outbox.store).await);
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
        self.cursor.committed()
    }

    fn commit(&mut self) {
        let Some(position) = self.handling.take() else { return };
        if self.cursor.commit(position) {
            let cursor = Rc::clone(&self.cursor);
            self.outbox
                .spawn(async move |outbox| cursor.write(&*outbox.store).await);
        }
    }
}

impl Stream for Received {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        self.commit();
        if !self.cursor.poll_read(cx.waker()) {
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
                self.cursor.ask(&self.outbox.socket);
                continue;
            };
            let message = data::message(&data);
            let Some(position) = (self.position)(&message) else {
                continue;
            };
            if self.cursor.handle_position(position) {
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
