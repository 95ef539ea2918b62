//! Sending: at once where a connection is open, else into the queue.

use js_sys::{ArrayBuffer, Object};
use web_sys::Blob;

use super::handle::WebSocket;
use crate::client::state::transmit::{hand_over, send_now};
use crate::client::values::data::{self, Data};
use crate::client::values::error::SendError;
use crate::client::values::message::Message;

impl WebSocket {
    /// Sends a message: now if a connection is open, else as soon as one is.
    ///
    /// # Errors
    /// [`SendError`]. A message that was refused isn't kept.
    pub fn send(&self, message: &Message) -> Result<(), SendError> {
        let (data, bytes) = data::of_message(message).ok_or(SendError::Refused)?;
        self.send_copy(&data, bytes)
    }

    /// Sends text.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_str(&self, text: &str) -> Result<(), SendError> {
        self.send_copy(&data::of_text(text), text.len() as u64)
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_u8_array(&self, bytes: &[u8]) -> Result<(), SendError> {
        // A copy: this program's memory may be shared or grow, and what waits must not change.
        let copy = data::of_bytes(bytes).ok_or(SendError::Refused)?;
        self.send_copy(&copy, bytes.len() as u64)
    }

    /// Sends a buffer of JavaScript's. It is copied only if it has to wait. A detached one is an empty message, as in the browser.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`SendError::Refused`] for a resizable buffer.
    pub fn send_with_array_buffer(&self, buffer: &ArrayBuffer) -> Result<(), SendError> {
        self.send_js(buffer)
    }

    /// Sends the bytes of a typed array or `DataView` of JavaScript's. The view is copied only if it has to wait.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`SendError::Refused`] for an object that is no view, and for a view of memory that is shared or
    /// resizable.
    pub fn send_with_array_buffer_view(&self, view: &Object) -> Result<(), SendError> {
        if !ArrayBuffer::is_view(view) {
            return Err(SendError::Refused);
        }
        self.send_js(view)
    }

    /// Sends the bytes of a blob.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_blob(&self, blob: &Blob) -> Result<(), SendError> {
        let (data, bytes) = data::of_blob(blob).ok_or(SendError::Refused)?;
        self.send_copy(&data, bytes)
    }

    /// Sends data that nobody else can change.
    pub(crate) fn send_copy(&self, data: &Data, bytes: u64) -> Result<(), SendError> {
        hand_over(self.driver(), data, bytes).map(|_| ())
    }

    fn send_js(&self, object: &Object) -> Result<(), SendError> {
        let lent = data::lent(object).ok_or(SendError::Refused)?;
        if send_now(self.driver(), lent)? {
            return Ok(());
        }
        let (copy, bytes) = data::snapshot(object).ok_or(SendError::Refused)?;
        self.driver().queue(copy, bytes)?;
        Ok(())
    }
}
