//! Sending: at once where a connection is open, else into the queue.

use js_sys::{ArrayBuffer, Object};
use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::bytes;
use super::error::SendError;
use super::host::Host;
use super::message::{Message, blob_size};
use super::socket::WebSocket;
use crate::driver::Driver;
use crate::engine::ReadyState;

/// What became of a message that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// The browser has it.
    Now,
    /// It waits for a connection.
    Queued,
}

impl WebSocket {
    /// Sends a message: now if a connection is open, else as soon as one is.
    ///
    /// # Errors
    /// [`SendError`]. What was not taken is yours still.
    pub fn send(&self, message: &Message) -> Result<(), SendError> {
        let (data, bytes) = message.to_js().ok_or(SendError::Refused)?;
        self.send_copy(&data, bytes)
    }

    /// Sends text.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_str(&self, text: &str) -> Result<(), SendError> {
        self.send_copy(&JsValue::from_str(text), text.len() as u64)
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_u8_array(&self, bytes: &[u8]) -> Result<(), SendError> {
        // A copy: this program's memory may be shared or grow, and what waits must not change.
        let copy = bytes::copy(bytes).ok_or(SendError::Refused)?;
        self.send_copy(&copy, bytes.len() as u64)
    }

    /// Sends a buffer of JavaScript's. It is copied only if it has to wait. A detached one is an empty message, as in the browser.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`SendError::Refused`] for one that is resizable.
    pub fn send_with_array_buffer(&self, buffer: &ArrayBuffer) -> Result<(), SendError> {
        self.send_js(buffer)
    }

    /// Sends what a typed array or `DataView` of JavaScript's shows. It is copied only if it has to wait.
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
        self.send_copy(blob, blob_size(blob))
    }

    /// Sends what nobody else can change.
    pub(super) fn send_copy(&self, data: &JsValue, bytes: u64) -> Result<(), SendError> {
        hand_over(self.driver(), data, bytes).map(|_| ())
    }

    fn send_js(&self, data: &Object) -> Result<(), SendError> {
        if send_now(self.driver(), data)? {
            return Ok(());
        }
        let copy = bytes::snapshot(data).ok_or(SendError::Refused)?;
        let bytes = u64::from(copy.byte_length());
        self.driver().queue(copy.into(), bytes).map_err(Into::into)
    }

    /// Whether what is sent would be dropped, as the browser's class does without a word.
    #[cfg(feature = "futures")]
    pub(super) fn is_ending(&self) -> bool {
        is_ending(self.driver())
    }
}

/// Sends what nobody else can change: at once, or by the queue.
pub(super) fn hand_over(driver: &Driver<Host>, data: &JsValue, bytes: u64) -> Result<Sent, SendError> {
    if send_now(driver, data)? {
        return Ok(Sent::Now);
    }
    driver.queue(data.clone(), bytes)?;
    Ok(Sent::Queued)
}

/// Sends at once, or says that it can't.
fn send_now(driver: &Driver<Host>, data: &JsValue) -> Result<bool, SendError> {
    if is_ending(driver) {
        return Err(SendError::Closed);
    }
    driver.send(data).map_err(|_| match ready_state(driver) {
        ReadyState::Connecting => SendError::NotOpen,
        _ => SendError::Refused,
    })
}

fn is_ending(driver: &Driver<Host>) -> bool {
    let (reconnects, discards) = driver.engine(|engine| (engine.reconnects(), engine.discards()));
    discards || (!reconnects && matches!(ready_state(driver), ReadyState::Closing | ReadyState::Closed))
}

pub(super) fn ready_state(driver: &Driver<Host>) -> ReadyState {
    match driver.ready_state() {
        0 => ReadyState::Connecting,
        1 => ReadyState::Open,
        2 => ReadyState::Closing,
        _ => ReadyState::Closed,
    }
}
