//! The application's own way to write values as messages, and the protocol of requests on it. Knows no socket.

mod head;
mod with_id;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::head::ReplyHead;
use self::with_id::WithId;
use crate::client::json::detail::Detail;
use crate::client::values::message::Message;

/// How values are written as messages and read from them, for [`WebSocket::with_codec`](crate::WebSocket::with_codec).
///
/// `encode` and `decode` are enough. Then a request is a struct or map that is given an `id`, and the reply is the message with the same
/// `id`, all of it. The other methods are for a protocol of another form. Errors are texts: `?` makes one of any error.
///
/// ```
/// use holdfast_ws::{Codec, Detail, Message};
/// use serde::{Serialize, de::DeserializeOwned};
///
/// struct MessagePack;
///
/// impl Codec for MessagePack {
///     fn encode<T: Serialize + ?Sized>(&self, value: &T) -> Result<Message, Detail> {
///         Ok(rmp_serde::to_vec_named(value)?.into())
///     }
///
///     fn decode<T: DeserializeOwned>(&self, message: &Message) -> Result<T, Detail> {
///         let bytes = message.as_bytes().ok_or(Detail::new("text instead of MessagePack"))?;
///         Ok(rmp_serde::from_slice(bytes)?)
///     }
/// }
/// ```
pub trait Codec: 'static {
    /// Writes a value as a message.
    ///
    /// # Errors
    /// The reason why the value can't be written.
    fn encode<T: Serialize + ?Sized>(&self, value: &T) -> Result<Message, Detail>;

    /// Reads a value from a message.
    ///
    /// # Errors
    /// The reason why the message is no such value.
    fn decode<T: DeserializeOwned>(&self, message: &Message) -> Result<T, Detail>;

    /// Writes a request under its number, which the server repeats in the reply. By default the field `id` is added to a struct or map.
    ///
    /// # Errors
    /// The reason why the request can't be written.
    fn encode_request<T: Serialize + ?Sized>(&self, id: u64, request: &T) -> Result<Message, Detail> {
        self.encode(&WithId { id, fields: request })
    }

    /// Returns the request that a message replies to; `None` for any other message. Called for each message while a request is pending
    /// and for 10 s after. By default it reads the fields `id`, `done` and `result`, which needs a format that describes itself.
    fn decode_head(&self, message: &Message) -> Option<ReplyHead> {
        self.decode(message).ok()
    }

    /// Reads the result from a reply. By default it is the whole message.
    ///
    /// # Errors
    /// The reason why the message has no such result.
    fn decode_reply<T: DeserializeOwned>(&self, message: &Message) -> Result<T, Detail> {
        self.decode(message)
    }

    /// Returns the message that tells the server that nobody waits for a reply any more: the request was dropped, timed out, or its reader
    /// was too slow. By default there is none.
    fn cancel(&self, id: u64) -> Option<Message> {
        let _ = id;
        None
    }
}
