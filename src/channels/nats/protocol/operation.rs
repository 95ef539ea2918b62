//! The messages of the server.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::headers::Headers;

/// An operation of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// `INFO`: JSON about the server. The first operation, and again when the cluster changes.
    Info(Vec<u8>),
    /// `MSG` or `HMSG`: a message of a subscription.
    Message(Delivery),
    /// `PING`: to be answered.
    Ping,
    /// `PONG`: the answer to `PING`.
    Pong,
    /// `+OK`: said in verbose mode only.
    Ok,
    /// `-ERR`: the text between the quotes.
    Error(String),
}

/// A message of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The subject that it was sent to.
    pub subject: String,
    /// The number of the subscription.
    pub sid: u64,
    /// The subject for answers.
    pub reply: Option<String>,
    /// The header fields.
    pub headers: Headers,
    /// The message.
    pub payload: Vec<u8>,
}

/// The server's bytes are not NATS' protocol, or are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProtocolError {
    /// A line or a message is longer than the limit.
    TooLong,
    /// A line begins with no operation that is known.
    UnknownOperation,
    /// An operation's arguments are wrong, or its end is missing.
    Malformed,
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the server's message is longer than the limit",
            Self::UnknownOperation => "the server's bytes are no operation of NATS' protocol",
            Self::Malformed => "an operation of the server is malformed",
        })
    }
}

impl core::error::Error for ProtocolError {}
