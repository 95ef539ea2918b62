//! Messages as a `Stream` and a `Sink`.

use alloc::rc::Rc;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::{FusedStream, Stream};
use futures_sink::Sink;

use super::handle::WebSocket;
use crate::client::state::sinks::Delivery;
use crate::client::state::subscribers::Buffer;
use crate::client::state::wakers::Waiter;
use crate::client::values::data::{self, Data};
use crate::client::values::error::SendError;
use crate::client::values::message::Message;
use crate::engine::{Engine, ReadyState};

/// The number of messages that are buffered for a slow reader.
pub(crate) const LIMIT: usize = 1024;

/// A sink is not ready while more bytes than this wait to be sent.
const HIGH_WATER: u64 = 256 * 1024;

/// The messages of a socket, as a [`Stream`] and a [`Sink`]: see [`WebSocket::channel`]. `split()` of `futures` parts them.
///
/// **Receiving.** Every message since the channel was made, from one connection after the other, until the socket is closed. 1024
/// ([`with_limit`](Self::with_limit)) are kept for a slow reader; one more ends the stream after what was kept, so that no gap
/// goes unnoticed: see [`has_lagged`](Self::has_lagged) and [`Stats::lagged`](crate::Stats::lagged).
///
/// **Sending.** Ready while no more than 256 KiB ([`with_high_water`](Self::with_high_water)) wait to leave, here and in the
/// browser, and no more than a quarter of what the queue may hold while no connection is open; without a queue, while a
/// connection is open. A message for which the queue has no room after all, or that is larger than all of it, is held until
/// it can go out. Flushed is what has been handed to the browser: while no connection is open, `send()` waits for one,
/// `feed()` doesn't. Flushing and closing fail with [`SendError::Closed`] if messages of this sink were given up since.
/// Closing flushes, closes, and waits until it is closed; to give up what waits, call [`WebSocket::close`].
///
/// A channel is a handle: while it is there, so is the socket. A task that reads one keeps the socket until it is closed;
/// `messages()` and [`events()`](WebSocket::events) don't.
#[must_use = "streams and sinks do nothing unless polled"]
pub struct Channel {
    socket: WebSocket,
    buffer: Rc<Buffer<Data>>,
    high_water: Option<u64>,
    closing: bool,
    delivery: Rc<Delivery>,
    waiter: Rc<Waiter>,
}

impl WebSocket {
    /// The messages from now on as a [`Stream`], and a [`Sink`] for those to send. Each channel has every message.
    ///
    /// ```no_run
    /// use futures_util::{SinkExt, StreamExt};
    /// use holdfast_ws::{Message, WebSocket};
    ///
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let ws = WebSocket::new("wss://example.com/live")?;
    /// let (mut sink, mut stream) = ws.channel().split();
    /// sink.send(Message::from("hello")).await?;
    /// while let Some(message) = stream.next().await {
    ///     web_sys::console::log_1(&format!("{message:?}").into());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn channel(&self) -> Channel {
        Channel {
            socket: self.clone(),
            buffer: self.read(LIMIT),
            high_water: None,
            closing: false,
            delivery: self.shared().sinks.join(),
            waiter: Rc::default(),
        }
    }

    /// Returns a buffer of messages from now on. It has ended already if the socket is closed.
    pub(crate) fn read(&self, limit: usize) -> Rc<Buffer<Data>> {
        let buffer = self.shared().subscribers.read_messages(limit);
        if self.ready_state() == ReadyState::Closed {
            buffer.finish();
        }
        buffer
    }
}

impl Channel {
    /// Keeps this many messages for a slow reader. Messages that are buffered already are dropped.
    pub fn with_limit(mut self, messages: usize) -> Self {
        self.buffer = self.socket.read(messages);
        self
    }

    /// Sets how many bytes may wait to be sent while the sink is ready; at most what the queue may hold.
    pub fn with_high_water(mut self, bytes: u64) -> Self {
        self.high_water = Some(bytes);
        self
    }

    /// The socket.
    #[must_use]
    pub fn socket(&self) -> &WebSocket {
        &self.socket
    }

    /// Returns true if the stream ended, or will end, because its reader was too slow.
    #[must_use]
    pub fn has_lagged(&self) -> bool {
        self.buffer.lagged() > 0
    }

    /// Returns true if a message may be sent now. Fails while the socket is closing or closed; after that only `reconnect()` opens it.
    fn has_room(&self) -> Result<bool, SendError> {
        if self.socket.is_ending() {
            return Err(SendError::Closed);
        }
        let (open, waiting) = self
            .socket
            .driver()
            .engine(|engine| (engine.can_transmit(), engine.outbox().len()));
        let buffered = self.socket.buffered_amount();
        Ok(match &self.socket.shared().queue {
            _ if open => buffered <= self.high_water.unwrap_or(HIGH_WATER),
            Some(queue) => {
                // The size of the next message isn't known yet, so there must be room for most.
                let mark = self.high_water.unwrap_or(HIGH_WATER.min(queue.max_bytes / 4));
                buffered <= mark.min(queue.max_bytes) && waiting < queue.max_messages as usize
            }
            None => false,
        })
    }

    /// Tries once more to send what is held, if it is this sink's.
    fn send_held(&self) {
        if self.delivery.is_held() {
            self.socket.shared().sinks.send_held(self.socket.driver());
        }
    }

    fn wait<T>(&self, cx: &Context<'_>) -> Poll<T> {
        self.socket.shared().wakers.register(&self.waiter, cx);
        // The browser has no event for a buffer that drains.
        self.socket.driver().command(Engine::watch_drain);
        Poll::Pending
    }
}

impl Stream for Channel {
    type Item = Message;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        let data = self.buffer.poll(cx);
        if data.is_pending() {
            self.socket.connect();
        }
        data.map(|data| data.as_ref().map(data::message))
    }
}

impl FusedStream for Channel {
    fn is_terminated(&self) -> bool {
        self.buffer.is_over()
    }
}

impl Sink<Message> for Channel {
    type Error = SendError;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.send_held();
        if self.has_room()? && !self.delivery.is_held() {
            return Poll::Ready(Ok(()));
        }
        self.socket.connect();
        self.wait(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), SendError> {
        let (data, bytes) = data::of_message(&message).ok_or(SendError::Refused)?;
        let sinks = &self.socket.shared().sinks;
        sinks.send(self.socket.driver(), &self.delivery, data, bytes)?;
        // If a close was under way, `reconnect()` has undone it. This message must be sent before the next close.
        self.closing = false;
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.send_held();
        self.delivery.outcome()?;
        if self.delivery.is_pending() {
            return self.wait(cx);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        if !self.closing {
            self.send_held();
            if self.delivery.is_pending() {
                return self.wait(cx);
            }
            self.closing = true;
            self.socket.close();
        }
        // Unless somebody has started it again.
        if self.socket.is_ending() && self.socket.ready_state() != ReadyState::Closed {
            return self.wait(cx);
        }
        self.closing = false;
        Poll::Ready(self.delivery.outcome())
    }
}

impl From<WebSocket> for Channel {
    fn from(socket: WebSocket) -> Self {
        socket.channel()
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Channel").field(&self.socket).finish()
    }
}
