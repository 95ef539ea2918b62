//! Messages as a type of the application's.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::{FusedStream, Stream};
use serde::de::DeserializeOwned;

use super::channel::LIMIT;
use super::handle::WebSocket;
use crate::client::json;
use crate::client::json::error::MessageError;
use crate::client::state::inspection::Inspection;
use crate::client::state::shared::Shared;
use crate::client::state::subscribers::Buffer;
use crate::client::state::transmit;
use crate::client::values::data::{self, Data};
use crate::client::values::message::Message;

/// The messages of a socket as JSON of one type: see [`WebSocket::messages`] and [`WebSocket::notifications`].
#[must_use = "streams do nothing unless polled"]
pub struct Messages<T> {
    shared: Weak<Shared>,
    buffer: Rc<Buffer<Data>>,
    /// True until the reader has been told that messages are missing.
    complete: bool,
    read: Read<T>,
    /// After the buffer, which must be dropped first.
    _inspection: Option<Inspection>,
}

type ReadByCodec<T> = Box<dyn Fn(&Message) -> Result<T, MessageError>>;

/// How a message is read as a `T`.
pub(crate) enum Read<T> {
    Json(fn(&Message) -> Result<T, MessageError>),
    Codec(ReadByCodec<T>),
}

impl<T> Read<T> {
    fn call(&self, message: &Message) -> Result<T, MessageError> {
        match self {
            Self::Json(read) => read(message),
            Self::Codec(read) => read(message),
        }
    }
}

impl WebSocket {
    /// The messages from now on, each read from JSON as a `T`, until the socket is closed or the last handle has been dropped; it keeps
    /// no handle itself. A message that is no `T` is an `Err`, and the next follows. 1024 are kept for a slow reader; one more ends it
    /// with [`MessageError::Lagged`], after what was kept.
    ///
    /// ```no_run
    /// use futures_util::StreamExt;
    /// use serde::Deserialize;
    /// # use holdfast_ws::WebSocket;
    ///
    /// #[derive(Deserialize)]
    /// #[serde(tag = "type", rename_all = "lowercase")]
    /// enum News { Price { symbol: String, price: f64 }, Halt { symbol: String } }
    ///
    /// # fn show(_: String) {}
    /// # async fn run(ws: &WebSocket) {
    /// let mut news = ws.messages::<News>();
    /// while let Some(item) = news.next().await {
    ///     match item {
    ///         Ok(News::Price { symbol, price }) => show(format!("{symbol}: {price}")),
    ///         Ok(News::Halt { symbol }) => show(format!("{symbol} is halted")),
    ///         Err(error) => show(error.to_string()),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn messages<T: DeserializeOwned>(&self) -> Messages<T> {
        self.messages_with_limit(LIMIT)
    }

    /// As [`messages`](Self::messages), but keeps this many messages for a slow reader.
    pub fn messages_with_limit<T: DeserializeOwned>(&self, limit: usize) -> Messages<T> {
        self.messages_by(limit, Read::Json(Message::json))
    }

    /// Returns a stream of messages that `read` reads.
    pub(crate) fn messages_by<T>(&self, limit: usize, read: Read<T>) -> Messages<T> {
        Messages::new(self.shared(), self.read(limit), read, None)
    }
}

impl<T> Messages<T> {
    pub(super) fn new(
        shared: &Rc<Shared>,
        buffer: Rc<Buffer<Data>>,
        read: Read<T>,
        inspection: Option<Inspection>,
    ) -> Self {
        Self {
            shared: Rc::downgrade(shared),
            buffer,
            complete: true,
            read,
            _inspection: inspection,
        }
    }
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, MessageError> {
    json::from_text(text).map_err(|detail| match json::syntax_error(text) {
        Some(detail) => MessageError::Syntax(detail),
        None => MessageError::Shape(detail),
    })
}

impl Message {
    /// Reads the text as JSON, as [`messages()`](WebSocket::messages) does.
    ///
    /// # Errors
    /// [`MessageError`], but never [`MessageError::Lagged`].
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, MessageError> {
        decode(self.as_text().ok_or(MessageError::Binary)?)
    }
}

impl<T> Stream for Messages<T> {
    type Item = Result<T, MessageError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let data = self.buffer.poll(cx);
        if data.is_pending()
            && let Some(driver) = self.shared.upgrade().and_then(|shared| shared.driver())
        {
            transmit::connect(&driver);
        }
        data.map(|data| match data {
            Some(data) => Some(self.read.call(&data::message(&data))),
            None if self.complete && self.buffer.lagged() > 0 => {
                self.complete = false;
                Some(Err(MessageError::Lagged))
            }
            None => None,
        })
    }
}

impl<T> FusedStream for Messages<T> {
    fn is_terminated(&self) -> bool {
        self.buffer.is_over() && !(self.complete && self.buffer.lagged() > 0)
    }
}

impl<T> fmt::Debug for Messages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Messages")
    }
}
