//! Calls and notifications by [JSON-RPC 2.0](https://www.jsonrpc.org/specification).

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::handle::WebSocket;
use super::requests::RequestOptions;
use crate::client::json;
use crate::client::json::error::{RequestError, SendJsonError};
use crate::client::json::rpc::{RpcError, frame};
use crate::client::state::pending_requests::Kind;

impl WebSocket {
    /// Calls a method by [JSON-RPC 2.0](https://www.jsonrpc.org/specification) and waits for its result. `params` is a
    /// struct or map, or a tuple, array or `Vec` of what there is in order, or `&()` for none. All else is as with [`request`](Self::request).
    ///
    /// # Errors
    /// [`RequestError`], exactly once; [`RequestError::Rpc`] if the server answers with an error.
    ///
    /// ```no_run
    /// # use holdfast_ws::{RequestError, WebSocket};
    /// # async fn run(ws: &WebSocket) -> Result<(), RequestError> {
    /// let sum: f64 = ws.call("add", &[1, 2]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn call<Params, Res>(&self, method: &str, params: &Params) -> Result<Res, RequestError>
    where
        Params: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        self.call_with(method, params, RequestOptions::new()).await
    }

    /// The same with options.
    ///
    /// # Errors
    /// [`RequestError`], exactly once; [`RequestError::Rpc`] if the server answers with an error.
    pub async fn call_with<Params, Res>(
        &self,
        method: &str,
        params: &Params,
        options: RequestOptions,
    ) -> Result<Res, RequestError>
    where
        Params: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        let frame = frame(method, params)
            .map_err(RequestError::Encode)?
            .ok_or(RequestError::NotAnObject)?;
        let reply = self.send_request(&frame, Kind::JsonRpc, options).await?;
        let [result, error] = json::fields(&reply, ["result", "error"]).unwrap_or_default();
        if let Some(error) = error.filter(|error| *error != "null") {
            return Err(RequestError::Rpc(RpcError::read(error)));
        }
        json::from_text(result.unwrap_or("null")).map_err(RequestError::Decode)
    }

    /// Tells the server something by JSON-RPC, for which there is no reply.
    ///
    /// # Errors
    /// [`SendJsonError`].
    pub fn notify<Params: Serialize + ?Sized>(&self, method: &str, params: &Params) -> Result<(), SendJsonError> {
        let frame = frame(method, params)
            .map_err(SendJsonError::Encode)?
            .ok_or(SendJsonError::NotAnObject)?;
        Ok(self.send_text(&frame)?)
    }
}
