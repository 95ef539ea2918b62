//! A message as Rust has it.

use alloc::string::String;
use alloc::vec::Vec;

use web_sys::Blob;

/// A message, as [`WebSocket.send()`](https://developer.mozilla.org/docs/Web/API/WebSocket/send) takes it and a
/// [`message` event](https://developer.mozilla.org/docs/Web/API/WebSocket/message_event) brings it.
///
/// ```no_run
/// # use holdfast_ws::{Message, WebSocket};
/// # fn run(ws: &WebSocket) -> Result<(), holdfast_ws::SendError> {
/// ws.send(&Message::from("text"))?;
/// ws.send(&Message::from(vec![1, 2, 3]))?;
/// ws.set_onmessage(|message| match message {
///     Message::Text(text) => web_sys::console::log_1(&text.into()),
///     Message::Binary(bytes) => web_sys::console::log_1(&bytes.len().into()),
///     _ => {}
/// });
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// Bytes that the browser keeps. Received only with [`BinaryType::Blob`](crate::BinaryType::Blob).
    Blob(Blob),
}

impl Message {
    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes, if they are here.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes)
    }
}

impl From<&[u8]> for Message {
    fn from(bytes: &[u8]) -> Self {
        Self::Binary(bytes.into())
    }
}

impl From<Blob> for Message {
    fn from(blob: Blob) -> Self {
        Self::Blob(blob)
    }
}
