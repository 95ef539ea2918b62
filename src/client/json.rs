//! JSON by the browser's own parser, between its text and serde's types.

use alloc::string::ToString;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::json_error::{Detail, SendJsonError};
use super::socket::WebSocket;

#[wasm_bindgen]
extern "C" {
    // `js_sys` takes a `&str`: the text would be copied into this program's memory and out again.
    #[wasm_bindgen(js_namespace = JSON, catch)]
    pub(super) fn parse(text: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = JSON, catch)]
    pub(super) fn stringify(value: &JsValue) -> Result<JsValue, JsValue>;
}

/// As JavaScript's values, such that `JSON.stringify` makes of them what `serde_json` would make of `value`.
pub(super) fn to_value(value: &(impl Serialize + ?Sized)) -> Result<JsValue, Detail> {
    let value = value.serialize(&Serializer::json_compatible());
    value.map_err(|error| Detail::new(error.to_string()))
}

pub(super) fn from_value<T: DeserializeOwned>(value: JsValue) -> Result<T, Detail> {
    serde_wasm_bindgen::from_value(value).map_err(|error| Detail::new(error.to_string()))
}

/// As text, and its size in bytes.
pub(super) fn to_text(value: &JsValue) -> Result<(JsValue, u64), Detail> {
    let text = stringify(value).map_err(|exception| Detail::of(&exception))?;
    let bytes = text.as_string().map(|text| text.len() as u64);
    let bytes = bytes.ok_or_else(|| Detail::new("JSON has no such value".to_string()))?;
    Ok((text, bytes))
}

impl WebSocket {
    /// Sends a value as JSON, now or as soon as a connection is open.
    ///
    /// Numbers are JavaScript's: whole ones are exact up to 2^53, and beyond are an error.
    ///
    /// # Errors
    /// [`SendJsonError`].
    pub fn send_json<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), SendJsonError> {
        let (text, bytes) = to_value(value)
            .and_then(|value| to_text(&value))
            .map_err(SendJsonError::Encode)?;
        Ok(self.send_copy(text, bytes)?)
    }
}
