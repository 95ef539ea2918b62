//! Messages of [JSON-RPC 2.0](https://www.jsonrpc.org/specification): requests and notifications as they are written, and the
//! error that a server answers with.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::codec;
use super::detail::Detail;

/// A message of JSON-RPC, which has yet to be given its `id`, if it is to have one; `None` if these are no `params`.
pub(crate) fn frame(method: &str, params: &(impl Serialize + ?Sized)) -> Result<Option<String>, Detail> {
    let (method, params) = (codec::to_text(method)?, codec::to_text(params)?);
    let params = match params.as_bytes().first() {
        Some(b'{' | b'[') => format!(",\"params\":{params}"),
        _ if params == "null" => String::new(),
        _ => return Ok(None),
    };
    Ok(Some(format!("{{\"jsonrpc\":\"2.0\",\"method\":{method}{params}}}")))
}

/// The error object that a server sent instead of a result. <https://www.jsonrpc.org/specification#error_object>
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RpcError {
    /// [What kind](https://www.jsonrpc.org/specification#error_object): -32768 to -32000 are JSON-RPC's own. 0 if the server
    /// gave none.
    pub code: i64,
    /// The server's words.
    pub message: String,
    data: Option<String>,
}

impl RpcError {
    #[allow(clippy::cast_possible_truncation)] // A whole number, says JSON-RPC.
    pub(crate) fn read(error: &str) -> Self {
        let [code, message, data] = codec::fields(error, ["code", "message", "data"]).unwrap_or_default();
        let code = code.and_then(|code| codec::from_text::<f64>(code).ok());
        let message = codec::from_text(message.unwrap_or(error)).ok();
        Self {
            code: code.unwrap_or_default() as i64,
            message: message.unwrap_or_else(|| "The request failed.".to_string()),
            data: data.map(ToString::to_string),
        }
    }

    /// Returns the server's `data`, if there is any and it is a `T`.
    #[must_use]
    pub fn data<T: DeserializeOwned>(&self) -> Option<T> {
        codec::from_text(self.data.as_deref()?).ok()
    }
}

impl fmt::Debug for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RpcError");
        shown.field("code", &self.code).field("message", &self.message);
        shown.finish_non_exhaustive()
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server answered with error {}: {}", self.code, self.message)
    }
}

impl core::error::Error for RpcError {}
