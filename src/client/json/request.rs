//! Requests and their replies as JSON, in both forms: by `id`, and by JSON-RPC.

use alloc::format;
use alloc::string::String;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::codec;
use super::error::RequestError;
use super::rpc::{self, RpcError};
use crate::client::values::id_key::IdKey;

/// The name of the field with a call's number by JSON-RPC, as JSON.
pub(crate) const RPC_ID: &str = "\"id\"";

/// Writes a request by `id`, which has yet to be given it.
pub(crate) fn write(request: &(impl Serialize + ?Sized), key: &IdKey) -> Result<String, RequestError> {
    let body = codec::to_text(request).map_err(RequestError::Encode)?;
    match codec::fields(&body, [key.name()]) {
        None => Err(RequestError::NotAnObject),
        Some([Some(_)]) => Err(RequestError::HasId),
        Some([None]) => Ok(body),
    }
}

/// Writes a call by JSON-RPC, which has yet to be given its `id`.
pub(crate) fn write_call(method: &str, params: &(impl Serialize + ?Sized)) -> Result<String, RequestError> {
    let frame = rpc::frame(method, params).map_err(RequestError::Encode)?;
    frame.ok_or(RequestError::NotAnObject)
}

/// An object, as `serde_json` writes it, with the number before all else. `key` is JSON.
pub(crate) fn with_id(object: &str, key: &str, id: u64) -> String {
    let fields = object.strip_prefix('{').unwrap_or(object);
    let comma = if fields == "}" { "" } else { "," };
    format!("{{{key}:{id}{comma}{fields}")
}

/// Reads a reply by `id`, which is the whole message.
pub(crate) fn read<T: DeserializeOwned>(reply: &str) -> Result<T, RequestError> {
    codec::from_text(reply).map_err(RequestError::Decode)
}

/// Reads the result of a response of JSON-RPC, or its error.
pub(crate) fn read_result<T: DeserializeOwned>(response: &str) -> Result<T, RequestError> {
    let [result, error] = codec::fields(response, ["result", "error"]).unwrap_or_default();
    if let Some(error) = error.filter(|error| *error != "null") {
        return Err(RequestError::Rpc(RpcError::read(error)));
    }
    read(result.unwrap_or("null"))
}
