//! NATS' client protocol: operations of lines and payloads. A WebSocket message is a piece of a stream of bytes: it may end anywhere.
//!
//! See <https://docs.nats.io/reference/reference-protocols/nats-protocol>.

mod headers;
mod line;
mod operation;
mod parser;
mod write;

pub use self::headers::Headers;
pub use self::operation::{Delivery, Operation, ProtocolError};
pub use self::parser::Parser;
pub use self::write::{HeaderField, connect, ping, pong, publish, subscribe, unsubscribe};
