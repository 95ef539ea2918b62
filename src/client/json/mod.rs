//! JSON between its text and the application's types, and JSON-RPC on it. Knows no socket.

mod codec;
pub(crate) mod detail;
pub(crate) mod error;
pub(crate) mod request;
pub(crate) mod rpc;

pub(crate) use self::codec::{elements, fields, from_text, syntax_error, to_text};
