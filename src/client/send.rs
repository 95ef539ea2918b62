//! Sending: at once where a connection is open, else into the queue.

use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::error::SendError;
use super::message::{Message, blob_size};
use super::socket::WebSocket;
use crate::engine::ReadyState;

impl WebSocket {
    /// Sends a message: now if a connection is open, else as soon as one is.
    ///
    /// # Errors
    /// [`SendError`]. What was not taken is yours still.
    pub fn send(&self, message: &Message) -> Result<(), SendError> {
        let (data, bytes) = message.to_js();
        self.send_copy(data, bytes)
    }

    /// Sends text.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_str(&self, text: &str) -> Result<(), SendError> {
        self.send_copy(JsValue::from_str(text), text.len() as u64)
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_u8_array(&self, bytes: &[u8]) -> Result<(), SendError> {
        // A copy: this program's memory may be shared or grow, and what waits must not change.
        self.send_copy(Uint8Array::from(bytes).into(), bytes.len() as u64)
    }

    /// Sends a buffer of JavaScript's. It is copied only if it has to wait.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_array_buffer(&self, buffer: &ArrayBuffer) -> Result<(), SendError> {
        self.send_js(buffer, || Some(Uint8Array::new(&buffer.slice(0))))
    }

    /// Sends what a typed array or `DataView` of JavaScript's shows. It is copied only if it has to wait.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`SendError::Refused`] for an object that is no view.
    pub fn send_with_array_buffer_view(&self, view: &Object) -> Result<(), SendError> {
        if !ArrayBuffer::is_view(view) {
            return Err(SendError::Refused);
        }
        self.send_js(view, || snapshot(view))
    }

    /// Sends the bytes of a blob.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_blob(&self, blob: &Blob) -> Result<(), SendError> {
        self.send_copy(blob.into(), blob_size(blob))
    }

    /// Sends what nobody else can change.
    pub(super) fn send_copy(&self, data: JsValue, bytes: u64) -> Result<(), SendError> {
        if self.send_now(&data)? {
            return Ok(());
        }
        self.driver().queue(data, bytes).map_err(Into::into)
    }

    fn send_js(&self, data: &JsValue, copy: impl FnOnce() -> Option<Uint8Array>) -> Result<(), SendError> {
        if self.send_now(data)? {
            return Ok(());
        }
        let copy = copy().ok_or(SendError::Refused)?;
        let bytes = u64::from(copy.byte_length());
        self.driver().queue(copy.into(), bytes).map_err(Into::into)
    }

    /// Sends at once, or says that it can't.
    fn send_now(&self, data: &JsValue) -> Result<bool, SendError> {
        if self.is_ending() {
            return Err(SendError::Closed);
        }
        self.driver().send(data).map_err(|_| match self.ready_state() {
            ReadyState::Connecting => SendError::NotOpen,
            _ => SendError::Refused,
        })
    }

    /// Whether what is sent would be dropped, as the browser's class does without a word.
    pub(super) fn is_ending(&self) -> bool {
        let (reconnects, discards) = self.driver().engine(|engine| (engine.reconnects(), engine.discards()));
        discards || (!reconnects && matches!(self.ready_state(), ReadyState::Closing | ReadyState::Closed))
    }
}

/// The bytes that a view shows, as they are now.
fn snapshot(view: &Object) -> Option<Uint8Array> {
    let get = |name| Reflect::get(view, &JsValue::from_str(name)).ok();
    let buffer = get("buffer")?.dyn_into::<ArrayBuffer>().ok()?;
    let (begin, length) = (number(&get("byteOffset")?)?, number(&get("byteLength")?)?);
    Some(Uint8Array::new(
        &buffer.slice_with_end(begin, begin.saturating_add(length)),
    ))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
fn number(value: &JsValue) -> Option<u32> {
    value.as_f64().map(|number| number as u32)
}
