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

/// A message that may be a call of the server.
pub(crate) struct Call<'a> {
    /// The JSON of the id; `None` for a notification.
    pub(crate) id: Option<&'a str>,
    pub(crate) method: Option<String>,
    /// The JSON of the parameters.
    pub(crate) params: Option<&'a str>,
    /// True if it says that it is JSON-RPC 2.0.
    pub(crate) claims: bool,
    /// True if it has a result or an error, and no method.
    pub(crate) is_response: bool,
    /// True if it is a [request object](https://www.jsonrpc.org/specification#request_object).
    pub(crate) is_valid: bool,
}

impl<'a> Call<'a> {
    /// Returns `None` for anything but an object.
    pub(crate) fn read(message: &'a str) -> Option<Self> {
        let names = ["jsonrpc", "id", "method", "params", "result", "error"];
        let [version, id, method, params, result, error] = codec::fields(message, names)?;
        let claims = version == Some("\"2.0\"");
        let begins = |json: &str, with: &[u8]| json.as_bytes().first().is_some_and(|first| with.contains(first));
        let known_id = id.filter(|id| *id == "null" || begins(id, b"\"-0123456789"));
        let name = method.and_then(|method| codec::from_text(method).ok());
        Some(Self {
            is_valid: claims
                && name.is_some()
                && known_id.is_some() == id.is_some()
                && params.is_none_or(|params| begins(params, b"[{")),
            id: known_id,
            is_response: method.is_none() && (result.is_some() || error.is_some()),
            method: name,
            params,
            claims,
        })
    }
}

pub(crate) fn invalid_request() -> RpcError {
    RpcError::new(RpcError::INVALID_REQUEST, "Invalid Request")
}

pub(crate) fn method_not_found() -> RpcError {
    RpcError::new(RpcError::METHOD_NOT_FOUND, "Method not found")
}

/// Reads the parameters of a call. Those of a method that takes none may be left out or empty.
pub(crate) fn read_params<T: DeserializeOwned>(params: &str) -> Result<T, Detail> {
    codec::from_text(params).or_else(|error| {
        if is_empty(params) {
            codec::from_text("null").map_err(|_| error)
        } else {
            Err(error)
        }
    })
}

pub(crate) fn invalid_params() -> RpcError {
    RpcError::new(RpcError::INVALID_PARAMS, "Invalid params")
}

/// Returns true for the JSON of an empty list or object.
fn is_empty(json: &str) -> bool {
    let inside = |(open, close): (char, char)| json.strip_prefix(open)?.strip_suffix(close);
    let inside = inside(('[', ']')).or_else(|| inside(('{', '}')));
    inside.is_some_and(|inside| inside.trim_ascii().is_empty())
}

/// Writes the result of a call.
pub(crate) fn write_result(result: &impl Serialize) -> Result<String, RpcError> {
    codec::to_text(result).map_err(|_| RpcError::new(RpcError::INTERNAL_ERROR, "Internal error"))
}

/// A [response object](https://www.jsonrpc.org/specification#response_object), with the JSON of the id.
pub(crate) fn response(id: &str, answer: Result<String, RpcError>) -> String {
    match answer {
        Ok(result) => format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}"),
        Err(error) => error_response(id, &error),
    }
}

pub(crate) fn error_response(id: &str, error: &RpcError) -> String {
    let data = error
        .data
        .as_ref()
        .map_or_else(String::new, |data| format!(",\"data\":{data}"));
    let message = codec::to_text(&error.message).unwrap_or_else(|_| "\"\"".into());
    let code = error.code;
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{{\"code\":{code},\"message\":{message}{data}}}}}")
}

/// A [batch](https://www.jsonrpc.org/specification#batch) of responses.
pub(crate) fn batch(responses: &[String]) -> String {
    format!("[{}]", responses.join(","))
}

/// An [error object](https://www.jsonrpc.org/specification#error_object): of a server that sent it instead of a result, or of a handler
/// ([`WebSocket::handle`](crate::WebSocket::handle)) for the server.
///
/// ```no_run
/// # use holdfast_ws::{RequestError, WebSocket};
/// # fn show(_: String) {}
/// # async fn run(ws: &WebSocket) -> Result<(), RequestError> {
/// match ws.call::<_, String>("rename", &["new name"]).await {
///     Err(RequestError::Rpc(error)) if error.code == 409 => show(error.message),
///     other => show(other?),
/// }
/// # Ok(())
/// # }
/// ```
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
    /// The message is no request.
    pub const INVALID_REQUEST: i64 = -32600;
    /// There is no such method.
    pub const METHOD_NOT_FOUND: i64 = -32601;
    /// The parameters are of another shape.
    pub const INVALID_PARAMS: i64 = -32602;
    /// Any other failure.
    pub const INTERNAL_ERROR: i64 = -32603;

    /// An error for the server. JSON-RPC reserves the codes from -32768 to -32000.
    #[must_use]
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
        }
    }

    /// Adds data. Data that can't be written as JSON is left out.
    #[must_use]
    pub fn with_data(mut self, data: &(impl Serialize + ?Sized)) -> Self {
        self.data = codec::to_text(data).ok();
        self
    }

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

impl From<&str> for RpcError {
    /// An [internal error](Self::INTERNAL_ERROR) with this message, which the server can read.
    fn from(message: &str) -> Self {
        Self::new(Self::INTERNAL_ERROR, message)
    }
}

impl From<String> for RpcError {
    /// An [internal error](Self::INTERNAL_ERROR) with this message, which the server can read.
    fn from(message: String) -> Self {
        Self::new(Self::INTERNAL_ERROR, message)
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server answered with error {}: {}", self.code, self.message)
    }
}

impl core::error::Error for RpcError {}
