//! The data of a message as the browser has it.

#[cfg(feature = "serde")]
use alloc::string::String;
use alloc::vec::Vec;

#[cfg(feature = "serde")]
use js_sys::JsString;
use js_sys::{ArrayBuffer, Object, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::bytes;
use crate::client::values::message::Message;

/// The data of a message.
pub(crate) type Data = JsValue;

/// True where data can be made. Elsewhere, under WASI too, each call of JavaScript would panic.
pub(crate) const IS_AVAILABLE: bool = cfg!(all(
    target_arch = "wasm32",
    any(target_os = "unknown", target_os = "none")
));

pub(crate) fn of_text(text: &str) -> Data {
    JsValue::from_str(text)
}

/// A copy of bytes; `None` if there is no room for it.
pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Data> {
    // Never a view into this program's own memory: that may grow, and may be shared, which `send` refuses.
    bytes::copy(bytes).map(Into::into)
}

/// A blob, and its size in bytes.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
#[allow(clippy::unnecessary_wraps)] // In a world there is no blob.
pub(crate) fn of_blob(blob: &Blob) -> Option<(Data, u64)> {
    Some((blob.into(), blob.size() as u64))
}

/// A copy of a message, and its size in bytes; `None` if there is no room for it.
pub(crate) fn of_message(message: &Message) -> Option<(Data, u64)> {
    match message {
        Message::Text(text) => Some((of_text(text), text.len() as u64)),
        Message::Binary(bytes) => Some((of_bytes(bytes)?, bytes.len() as u64)),
        Message::Blob(blob) => of_blob(blob),
    }
}

/// A message that was received, or one that waited to be sent.
pub(crate) fn message(data: &Data) -> Message {
    if let Some(text) = data.as_string() {
        Message::Text(text)
    } else if let Some(blob) = data.dyn_ref::<Blob>() {
        Message::Blob(blob.clone())
    } else if let Some(bytes) = data.dyn_ref::<Uint8Array>() {
        Message::Binary(bytes.to_vec())
    } else if data.is_instance_of::<ArrayBuffer>() {
        Message::Binary(bytes::read(data).map(|bytes| bytes.to_vec()).unwrap_or_default())
    } else {
        // The browser has no other.
        Message::Binary(Vec::new())
    }
}

/// The text, if it is text.
#[cfg(feature = "serde")]
pub(crate) fn text(data: &Data) -> Option<String> {
    data.as_string()
}

/// Returns the first character of text that can be a JSON object or array: `{` or `[`.
#[cfg(feature = "serde")]
pub(crate) fn bracket(data: &Data) -> Option<char> {
    let first = data.dyn_ref::<JsString>()?.trim_start().char_at(0);
    ['{', '[']
        .into_iter()
        .find(|bracket| first == *bracket.encode_utf8(&mut [0; 4]))
}

/// True if it is text with this in it.
#[cfg(feature = "serde")]
pub(crate) fn includes(data: &Data, part: &str) -> bool {
    data.dyn_ref::<JsString>().is_some_and(|text| text.includes(part, 0))
}

/// A buffer or a view as the browser's `send()` takes it, whose owner can change it.
#[allow(clippy::unnecessary_wraps)] // In a world there is no buffer.
pub(crate) fn lent(object: &Object) -> Option<&Data> {
    Some(object)
}

/// A copy of what the browser would send of a buffer or a view now, and its size; `None` of what it refuses.
pub(crate) fn snapshot(object: &Object) -> Option<(Data, u64)> {
    let copy = bytes::snapshot(object)?;
    let bytes = u64::from(copy.byte_length());
    Some((copy.into(), bytes))
}
