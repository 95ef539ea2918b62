//! Calls and notifications by [JSON-RPC 2.0](https://www.jsonrpc.org/specification).

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::handle::WebSocket;
use super::target;
use crate::client::json::error::{RequestError, SendJsonError};
use crate::client::json::rpc::{RpcError, frame, invalid_params, read_params, write_result};
use crate::client::state::rpc_handlers::Handler;
use crate::client::values::request_options::RequestOptions;

/// A handler that was set with [`WebSocket::handle`], for [`WebSocket::remove_handler`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerId {
    method: String,
    number: u32,
}

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
        target::call(self, method, params, options).await
    }

    /// Sets the function that answers the server's calls of a method, in place of another. It is called in the order of the messages; its
    /// future runs in a task of its own. The answer goes to the connection of the call. If that has ended, it is dropped.
    ///
    /// Parameters of another shape are answered by [`RpcError::INVALID_PARAMS`]. While there is any handler, calls of unknown methods are
    /// answered by [`RpcError::METHOD_NOT_FOUND`], and invalid requests by [`RpcError::INVALID_REQUEST`]. A batch is answered by a batch.
    /// Notifications are never answered; those without a handler are messages. Without any handler, all calls are messages. While there
    /// is one, every array is taken for a batch, and a call is never the reply to a [`request`](Self::request) of the same number.
    ///
    /// The handler belongs to the socket. It is released with its last handle, and the futures of calls under way are dropped. Dropping the returned id changes nothing.
    ///
    /// ```no_run
    /// use holdfast_ws::RpcError;
    /// # use holdfast_ws::WebSocket;
    /// # async fn read_file(_: &str) -> Option<String> { None }
    /// # fn run(ws: &WebSocket) {
    /// let id = ws.handle("read", async |[path]: [String; 1]| {
    ///     read_file(&path).await.ok_or(RpcError::new(1, "no such file"))
    /// });
    /// ws.remove_handler(&id);
    /// # }
    /// ```
    pub fn handle<Params, Res>(
        &self,
        method: &str,
        handler: impl AsyncFn(Params) -> Result<Res, RpcError> + 'static,
    ) -> HandlerId
    where
        Params: DeserializeOwned + 'static,
        Res: Serialize + 'static,
    {
        let handler = Rc::new(handler);
        let handler: Handler = Rc::new(move |params| {
            let params = read_params(params).map_err(|_| invalid_params())?;
            let handler = Rc::clone(&handler);
            Ok(Box::pin(async move { write_result(&handler(params).await?) }))
        });
        let number = self.shared().rpc_handlers.set(method, handler);
        self.shared().inspect();
        HandlerId {
            method: method.into(),
            number,
        }
    }

    /// Removes a handler, unless another has been set for its method since.
    pub fn remove_handler(&self, id: &HandlerId) {
        let handlers = &self.shared().rpc_handlers;
        handlers.remove(&id.method, id.number);
        self.shared().inspect();
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
