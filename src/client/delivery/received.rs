//! Messages of the server, one after the other: a position counts once its message is handled, and outlives the page.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::Stream;

use super::cursor::Cursor;
use super::inner::Inner;
use super::position::{Place, Position};
use crate::client::state::subscribers::Buffer;
use crate::client::values::data::{self, Data};
use crate::client::values::message::Message;

/// So many messages are buffered for a slow reader. After one more, the server is asked again.
const LIMIT: usize = 1_024;

type ReadPosition = Box<dyn Fn(&Message) -> Option<Place>>;

/// Messages of the server: see [`Outbox::receive`](super::Outbox::receive). It ends with the socket, and with `close()` or `erase()` of its
/// outbox.
#[must_use = "streams do nothing unless polled"]
pub struct Received<P = u64> {
    outbox: Rc<Inner>,
    cursor: Rc<Cursor>,
    buffer: Rc<Buffer<Data>>,
    position: ReadPosition,
    /// The position of what the application handles now.
    handling: Option<Place>,
    kind: PhantomData<fn() -> P>,
}

/// The position to begin at, and whether it is stored here.
pub(super) enum Begin<'a, P> {
    /// Behind what is stored under this name.
    Stored(&'a str),
    /// Behind what the application has stored.
    Own(Option<P>),
}

impl<P: Position> Received<P> {
    pub(super) fn new(
        outbox: Rc<Inner>,
        begin: Begin<'_, P>,
        position: impl Fn(&Message) -> Option<P> + 'static,
        subscribe: impl Fn(Option<P>) -> Option<String> + 'static,
    ) -> Self {
        let subscribe = move |place: Option<&Place>| subscribe(place.and_then(P::from_place));
        let cursor = Rc::new(match begin {
            Begin::Stored(name) => Cursor::new(&outbox.options.user, name, subscribe),
            Begin::Own(start) => Cursor::own(outbox.now(), start.map(P::into_place), subscribe),
        });
        outbox.add_cursor(&cursor);
        cursor.ask(&outbox.socket);
        outbox.read_cursors();
        Self {
            buffer: outbox.socket.read(LIMIT),
            outbox,
            cursor,
            position: Box::new(move |message| position(message).map(P::into_place)),
            handling: None,
            kind: PhantomData,
        }
    }

    /// Returns the last position that is committed; `None` if there is none, or before it is read.
    #[must_use]
    pub fn position(&self) -> Option<P> {
        self.cursor.committed().as_ref().and_then(P::from_place)
    }
}

impl<P> Received<P> {
    fn commit(&mut self) {
        let Some(position) = self.handling.take() else { return };
        if self.cursor.commit(position) {
            let cursor = Rc::clone(&self.cursor);
            self.outbox
                .spawn(async move |outbox| cursor.write(&*outbox.options.store).await);
        }
    }
}

impl<P> Stream for Received<P> {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        self.commit();
        if !self.cursor.poll_begun(cx.waker()) {
            return Poll::Pending;
        }
        if self.cursor.has_ended() {
            return Poll::Ready(None);
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
            let Some(place) = (self.position)(&message) else {
                continue;
            };
            if self.cursor.handle_place(self.outbox.now(), &place) {
                self.handling = Some(place);
                return Poll::Ready(Some(message));
            }
        }
    }
}

impl<P> Drop for Received<P> {
    fn drop(&mut self) {
        self.cursor.end(&*self.outbox.options.store);
    }
}

impl<P> fmt::Debug for Received<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Received")
    }
}
