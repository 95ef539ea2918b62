//! A socket whose values are written by a codec of the application's.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::channel::LIMIT;
use super::connection::Connection;
use super::handle::WebSocket;
use super::messages::{Messages, Read};
use super::replies::Replies;
use super::target::{self, Target};
use crate::client::codec::Codec;
use crate::client::json::error::{MessageError, RequestError, SendJsonError};
use crate::client::state::pending::{Erased, Kind};
use crate::client::state::request::{Form, Request};
use crate::client::values::error::SendError;
use crate::client::values::message::Message;
use crate::client::values::request_options::RequestOptions;

/// A socket, or a connection that is being authenticated, with a codec for what is sent and received: see [`WebSocket::with_codec`].
pub struct Coded<C, S = WebSocket> {
    socket: S,
    codec: Rc<C>,
}

impl WebSocket {
    /// Returns this socket with a codec: a handle whose messages and requests are written and read by it. The handle's clones have the
    /// same codec. Other handles still send and receive JSON, and may have another codec.
    ///
    /// A codec reads text and bytes, but not the blobs of [`BinaryType::Blob`](crate::BinaryType::Blob).
    ///
    /// ```no_run
    /// use holdfast_ws::{Codec, Detail, Message, RequestError, WebSocket};
    /// use serde::{Deserialize, Serialize, de::DeserializeOwned};
    ///
    /// struct Cbor;
    ///
    /// impl Codec for Cbor {
    ///     fn encode<T: Serialize + ?Sized>(&self, value: &T) -> Result<Message, Detail> {
    ///         let mut bytes = Vec::new();
    ///         ciborium::into_writer(value, &mut bytes)?;
    ///         Ok(bytes.into())
    ///     }
    ///
    ///     fn decode<T: DeserializeOwned>(&self, message: &Message) -> Result<T, Detail> {
    ///         let bytes = message.as_bytes().ok_or(Detail::new("text instead of CBOR"))?;
    ///         Ok(ciborium::from_reader(bytes)?)
    ///     }
    /// }
    ///
    /// #[derive(Serialize)]
    /// struct Join<'a> { join: &'a str }
    /// #[derive(Deserialize)]
    /// struct Joined { members: Vec<String> }
    ///
    /// # async fn run(ws: &WebSocket) -> Result<(), RequestError> {
    /// let ws = ws.with_codec(Cbor);
    /// let Joined { members } = ws.request(&Join { join: "lobby" }).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_codec<C: Codec>(&self, codec: C) -> Coded<C> {
        Coded {
            socket: self.clone(),
            codec: Rc::new(codec),
        }
    }
}

impl Connection {
    /// Returns this connection with a codec, for its messages and requests.
    #[must_use]
    pub fn with_codec<C: Codec>(&self, codec: C) -> Coded<C, Self> {
        Coded {
            socket: self.clone(),
            codec: Rc::new(codec),
        }
    }
}

impl<C: Codec> Coded<C> {
    /// The socket.
    #[must_use]
    pub fn socket(&self) -> &WebSocket {
        &self.socket
    }

    /// The messages from now on, each read as a `T`, as [`WebSocket::messages`] does with JSON. What the codec can't read is
    /// [`MessageError::Shape`].
    pub fn messages<T: DeserializeOwned + 'static>(&self) -> Messages<T> {
        self.messages_with_limit(LIMIT)
    }

    /// The same, but keeps this many messages for a slow reader.
    pub fn messages_with_limit<T: DeserializeOwned + 'static>(&self, limit: usize) -> Messages<T> {
        let codec = Rc::clone(&self.codec);
        let read = move |message: &Message| codec.decode(message).map_err(MessageError::Shape);
        self.socket.messages_by(limit, Read::Codec(Box::new(read)))
    }

    /// Sends a request, and returns a stream of the parts of its reply, as [`WebSocket::stream`] does with JSON. Which parts they are,
    /// and which is the last, the codec says. The request is kept until the stream is polled first.
    pub fn stream<Req, Part>(&self, request: Req) -> Replies<Part>
    where
        Req: Serialize + 'static,
        Part: DeserializeOwned + 'static,
    {
        self.stream_with(request, RequestOptions::new())
    }

    /// The same with options.
    pub fn stream_with<Req, Part>(&self, request: Req, options: RequestOptions) -> Replies<Part>
    where
        Req: Serialize + 'static,
        Part: DeserializeOwned + 'static,
    {
        let shared = Rc::downgrade(self.socket.shared());
        let form = Form {
            kind: self.kind(),
            options,
            streams: true,
            only: None,
        };
        let (codec, reader) = (Rc::clone(&self.codec), Rc::clone(&self.codec));
        let send = move || {
            let shared = shared.upgrade().ok_or(SendError::Closed)?;
            Request::send(&shared, form, |id| {
                let message = codec.encode_request(id.get(), &request);
                message.map_err(RequestError::Encode)
            })
        };
        Replies::new(send, move |part| read(&*reader, part))
    }
}

impl<C: Codec, S: Target> Coded<C, S> {
    /// Sends a value: on a socket now or as soon as a connection is open, on a connection now or never.
    ///
    /// # Errors
    /// [`SendJsonError`]; [`SendJsonError::Encode`] has what the codec says.
    pub fn send<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), SendJsonError> {
        let message = self.codec.encode(value).map_err(SendJsonError::Encode)?;
        Ok(self.socket.send_message(&message)?)
    }

    /// Sends a request and waits for its reply, as [`WebSocket::request`] does with JSON. Which message is the reply, the codec says.
    ///
    /// # Errors
    /// [`RequestError`], exactly once; [`RequestError::Encode`] has what the codec says.
    pub async fn request<Req, Res>(&self, request: &Req) -> Result<Res, RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        self.request_with(request, RequestOptions::new()).await
    }

    /// The same with options. On a connection, [`RequestOptions::retry`] has no effect.
    ///
    /// # Errors
    /// [`RequestError`], exactly once; [`RequestError::Encode`] has what the codec says.
    pub async fn request_with<Req, Res>(&self, request: &Req, options: RequestOptions) -> Result<Res, RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        let sent = target::send(&self.socket, self.kind(), options, |_, id| {
            let message = self.codec.encode_request(id.get(), request);
            message.map_err(RequestError::Encode)
        })?;
        read(&*self.codec, &sent.reply().await?)
    }
}

impl<C: Codec, S> Coded<C, S> {
    /// The codec.
    #[must_use]
    pub fn codec(&self) -> &C {
        &self.codec
    }

    fn kind(&self) -> Kind {
        Kind::Codec(Rc::new(Erased(Rc::clone(&self.codec))))
    }
}

fn read<T: DeserializeOwned>(codec: &impl Codec, reply: &Message) -> Result<T, RequestError> {
    codec.decode_reply(reply).map_err(RequestError::Decode)
}

impl<C, S: Clone> Clone for Coded<C, S> {
    fn clone(&self) -> Self {
        Self {
            socket: self.socket.clone(),
            codec: Rc::clone(&self.codec),
        }
    }
}

impl<C, S: fmt::Debug> fmt::Debug for Coded<C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Coded").field(&self.socket).finish()
    }
}
