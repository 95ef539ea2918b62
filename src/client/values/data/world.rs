//! The data of a message as the sockets of a world carry it. There are no objects of JavaScript.

use alloc::borrow::ToOwned;
#[cfg(feature = "serde")]
use alloc::string::String;
use alloc::vec::Vec;

use js_sys::Object;
use web_sys::Blob;

use crate::client::values::message::Message;
use crate::testing::Payload;

/// The data of a message.
pub(crate) type Data = Payload;

/// True where data can be made.
pub(crate) const IS_AVAILABLE: bool = true;

pub(crate) fn of_text(text: &str) -> Data {
    text.into()
}

#[allow(clippy::unnecessary_wraps)] // A browser may have no room.
pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Data> {
    Some(bytes.into())
}

pub(crate) const fn of_blob(_: &Blob) -> Option<(Data, u64)> {
    None
}

/// A copy of a message, and its size in bytes; `None` of a blob.
pub(crate) fn of_message(message: &Message) -> Option<(Data, u64)> {
    let data = match message {
        Message::Text(text) => of_text(text),
        Message::Binary(bytes) => of_bytes(bytes)?,
        Message::Blob(blob) => return of_blob(blob),
    };
    let bytes = data.len();
    Some((data, bytes))
}

/// A message that was received, or one that waited to be sent.
pub(crate) fn message(data: &Data) -> Message {
    match data {
        Payload::Text(text) => Message::Text((**text).to_owned()),
        Payload::Binary(bytes) => Message::Binary(bytes.to_vec()),
        // Only the npm package has such.
        Payload::Kept { .. } => Message::Binary(Vec::new()),
    }
}

/// The text, if it is text.
#[cfg(feature = "serde")]
pub(crate) fn text(data: &Data) -> Option<String> {
    data.as_text().map(ToOwned::to_owned)
}

/// Returns the first character of text that can be a JSON object or array: `{` or `[`.
#[cfg(feature = "serde")]
pub(crate) fn bracket(data: &Data) -> Option<char> {
    let first = data.as_text()?.trim_start().chars().next();
    first.filter(|first| matches!(first, '{' | '['))
}

/// True if it is text with this in it.
#[cfg(feature = "serde")]
pub(crate) fn includes(data: &Data, part: &str) -> bool {
    data.as_text().is_some_and(|text| text.contains(part))
}

pub(crate) const fn lent(_: &Object) -> Option<&Data> {
    None
}

pub(crate) const fn snapshot(_: &Object) -> Option<(Data, u64)> {
    None
}
