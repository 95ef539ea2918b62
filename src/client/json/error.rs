//! Errors of JSON and of requests.
//!
//! No text gives away what was sent or received. serde's text may quote it, so that is only in a [`Detail`].

use core::fmt;

use super::detail::Detail;
use super::rpc::RpcError;
use crate::client::values::error::SendError;

/// The error of a value that was not sent as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendJsonError {
    /// It can't be written, as JSON or by the codec: a map whose keys are structs, say. Change the type; the [`Detail`] says why.
    Encode(Detail),
    /// The params of a notification are a struct, map or list, or `&()` for none. Wrap the value in one.
    NotAnObject,
    /// The message was refused.
    Send(SendError),
}

impl From<SendError> for SendJsonError {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl fmt::Display for SendJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encode(_) => f.write_str(ENCODE),
            Self::NotAnObject => f.write_str(NOT_AN_OBJECT),
            Self::Send(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for SendJsonError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Send(error) => Some(error),
            // Texts of serde may quote the data, and sources are printed in logs.
            Self::Encode(_) | Self::NotAnObject => None,
        }
    }
}

const ENCODE: &str = "the value can't be written, as JSON or by the codec: change its type (the detail says why)";
const NOT_AN_OBJECT: &str =
    "a request is a struct or map, and params are a struct, map or list, or () for none: wrap the value in one";
const SHAPE: &str = "what came is of another shape than the type: change the type (the detail says where)";

/// The error of a message that is no `T`. The stream continues, except after [`MessageError::Lagged`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageError {
    /// It is binary. Use `channel()` for a server that sends both.
    Binary,
    /// It is not JSON.
    Syntax(Detail),
    /// It is JSON, but no `T`. Let `T` be an enum of all there is, or skip this one.
    Shape(Detail),
    /// The reader was too slow, and the stream ends here. Read faster, or allow it to keep more.
    Lagged,
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Binary => "a binary message among JSON: use channel() for a server that sends both",
            Self::Syntax(_) => {
                "a message that is not JSON: skip it, or use channel() (the detail says where it goes wrong)"
            }
            Self::Shape(_) => SHAPE,
            Self::Lagged => "messages came faster than they were read: read faster, or allow more with with_limit()",
        })
    }
}

impl core::error::Error for MessageError {}

/// The error of a request that gets no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The request can't be written, as JSON or by the codec. Nothing was sent.
    Encode(Detail),
    /// A request is a struct or map, which is given an `id`; params are a struct, map or list. Nothing was sent.
    NotAnObject,
    /// The request has an `id` of its own. Leave it out. Nothing was sent.
    HasId,
    /// It was not sent.
    Send(SendError),
    /// No reply came in time. The server may have acted or not.
    TimedOut {
        /// False if it never left the queue, so the server knows nothing of it.
        sent: bool,
    },
    /// The connection that it was sent on has ended, or the socket is closed. The server may have acted or not; what may run twice can
    /// be asked with [`RequestOptions::retry`](crate::RequestOptions::retry).
    ConnectionLost {
        /// False if it never left the queue, so the server knows nothing of it.
        sent: bool,
    },
    /// The server answered with an error: to a [`call`](crate::WebSocket::call), or as a [`Codec`](crate::Codec) reads it.
    Rpc(RpcError),
    /// The reply is of another shape than the type. The server has acted.
    Decode(Detail),
    /// The reader of a reply in parts was too slow, and the stream ends here. Read faster, or allow it to keep more with
    /// [`RequestOptions::limit`](crate::RequestOptions::limit).
    Lagged,
}

impl RequestError {
    /// True if the request was handed to a connection, so the server may have acted. If not, it can be sent again in any case.
    #[must_use]
    pub const fn was_sent(&self) -> bool {
        match self {
            Self::Encode(_) | Self::NotAnObject | Self::HasId | Self::Send(_) => false,
            Self::TimedOut { sent } | Self::ConnectionLost { sent } => *sent,
            Self::Rpc(_) | Self::Decode(_) | Self::Lagged => true,
        }
    }
}

impl From<SendError> for RequestError {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encode(_) => ENCODE,
            Self::NotAnObject => {
                "a request is a struct or map, and params a struct, map or list: wrap the value in one"
            }
            Self::HasId => "the request has an id of its own: leave it out, it is given one",
            Self::Send(error) => return error.fmt(f),
            Self::TimedOut { .. } => "no reply came in time: ask again, if it may run twice, or allow more time",
            Self::ConnectionLost { .. } => "the connection ended before the reply: ask again, if it may run twice",
            Self::Rpc(error) => return error.fmt(f),
            Self::Decode(_) => SHAPE,
            Self::Lagged => "parts came faster than they were read: read faster, or allow more with limit()",
        })
    }
}

impl core::error::Error for RequestError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Send(error) => Some(error),
            Self::Rpc(error) => Some(error),
            _ => None,
        }
    }
}
