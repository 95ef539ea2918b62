//! A message as Rust has it, and as the browser has it.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::bytes;

/// A message, as [`WebSocket.send()`](https://developer.mozilla.org/docs/Web/API/WebSocket/send) takes it and a
/// [`message` event](https://developer.mozilla.org/docs/Web/API/WebSocket/message_event) brings it.
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

    /// A message that was received, or one that waited to be sent.
    pub(crate) fn from_js(data: &JsValue) -> Self {
        if let Some(text) = data.as_string() {
            Self::Text(text)
        } else if let Some(blob) = data.dyn_ref::<Blob>() {
            Self::Blob(blob.clone())
        } else if let Some(bytes) = data.dyn_ref::<Uint8Array>() {
            Self::Binary(bytes.to_vec())
        } else if data.is_instance_of::<ArrayBuffer>() {
            Self::Binary(bytes::read(data).map(|bytes| bytes.to_vec()).unwrap_or_default())
        } else {
            // The browser has no other.
            Self::Binary(Vec::new())
        }
    }

    /// For the browser, as a copy of its own, and its size in bytes; `None` if there is no room for it.
    pub(crate) fn to_js(&self) -> Option<(JsValue, u64)> {
        Some(match self {
            Self::Text(text) => (JsValue::from_str(text), text.len() as u64),
            // Never a view into this program's own memory: that may grow, and may be shared, which `send` refuses.
            Self::Binary(bytes) => (bytes::copy(bytes)?.into(), bytes.len() as u64),
            Self::Blob(blob) => (blob.into(), blob_size(blob)),
        })
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
pub(crate) fn blob_size(blob: &Blob) -> u64 {
    blob.size() as u64
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
