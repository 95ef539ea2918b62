//! Sending values as JSON.

use serde::Serialize;

use super::handle::WebSocket;
use crate::client::json;
use crate::client::json::error::SendJsonError;
use crate::client::values::data;
use crate::client::values::error::SendError;

impl WebSocket {
    /// Sends a value as JSON, now or as soon as a connection is open. The text is what `serde_json` writes, so whole numbers are
    /// exact at any size; a receiver that reads it in JavaScript has them exact up to 2^53.
    ///
    /// # Errors
    /// [`SendJsonError`].
    pub fn send_json<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), SendJsonError> {
        let text = json::to_text(value).map_err(SendJsonError::Encode)?;
        Ok(self.send_text(&text)?)
    }

    pub(crate) fn send_text(&self, text: &str) -> Result<(), SendError> {
        self.send_copy(&data::of_text(text), text.len() as u64)
    }
}
