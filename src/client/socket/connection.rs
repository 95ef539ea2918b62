//! One connection, as the function that authenticates it has it.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use core::error::Error;
use core::fmt;

#[cfg(feature = "serde")]
use serde::{Serialize, de::DeserializeOwned};

use super::builder::Builder;
#[cfg(feature = "serde")]
use super::target::{self, Place, Target};
#[cfg(feature = "serde")]
use crate::client::json;
#[cfg(feature = "serde")]
use crate::client::json::error::{RequestError, SendJsonError};
use crate::client::state::shared::Shared;
use crate::client::values::authenticate::Authenticate;
use crate::client::values::data;
use crate::client::values::error::SendError;
use crate::client::values::message::Message;
#[cfg(feature = "serde")]
use crate::client::values::request_options::RequestOptions;
use crate::client::values::url::Attempt;
use crate::engine::ConnectionId;

/// One connection, for [`Builder::authenticate`]. What is sent on it goes ahead of the queue. Once it has ended, nothing is sent any
/// more. It doesn't keep the socket.
#[derive(Clone)]
pub struct Connection {
    shared: Weak<Shared>,
    id: ConnectionId,
}

impl Builder {
    /// Authenticates each connection that opens, before anything else is sent on it: a login by the first message, for example.
    ///
    /// The function's future is awaited within the connect timeout; the socket is still connecting meanwhile. Then the queue is sent, and
    /// `open` is dispatched. Messages that come before are delivered as usual. An `Err` closes the connection: the attempt has failed,
    /// `error` and `close` are dispatched, and another attempt follows. What the error says is yours to log. The future is dropped if
    /// the connection ends before, or takes longer than the connect timeout. To end the socket for good, call [`Connection::close`].
    ///
    #[cfg_attr(feature = "serde", doc = "```no_run")]
    #[cfg_attr(not(feature = "serde"), doc = "```ignore")]
    /// # use std::collections::BTreeMap;
    /// # use holdfast_ws::WebSocket;
    /// # async fn fresh_token() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// let ws = WebSocket::builder("wss://example.com/live")
    ///     .authenticate(async |connection, _attempt| {
    ///         let login = BTreeMap::from([("token", fresh_token().await?)]);
    ///         let reply: BTreeMap<String, bool> = connection.request(&login).await?;
    ///         if reply.get("ok") == Some(&true) { Ok(()) } else { Err("the server refuses the token".into()) }
    ///     })
    ///     .connect()?;
    /// # Ok::<(), holdfast_ws::ConnectError>(())
    /// ```
    pub fn authenticate(
        self,
        authenticate: impl AsyncFn(Connection, Attempt) -> Result<(), Box<dyn Error>> + 'static,
    ) -> Self {
        let authenticate = Rc::new(authenticate);
        self.authenticated_by(Authenticate::new(move |shared, id, attempt| {
            let connection = Connection {
                shared: Rc::downgrade(shared),
                id,
            };
            let authenticate = Rc::clone(&authenticate);
            Box::pin(async move { authenticate(connection, attempt).await.is_ok() })
        }))
    }
}

impl Connection {
    /// Sends a message on this connection.
    ///
    /// # Errors
    /// [`SendError::NotOpen`] if it has ended.
    pub fn send(&self, message: &Message) -> Result<(), SendError> {
        let (data, _) = data::of_message(message).ok_or(SendError::Refused)?;
        let driver = self.shared.upgrade().and_then(|shared| shared.driver());
        Ok(driver.ok_or(SendError::NotOpen)?.send_on(self.id, data)?)
    }

    /// Sends text.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_str(&self, text: &str) -> Result<(), SendError> {
        self.send(&text.into())
    }

    /// Closes the socket, not only this connection: no other attempt follows.
    pub fn close(&self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.close();
        }
    }

    /// Sends a value as JSON.
    ///
    /// # Errors
    /// [`SendJsonError`].
    #[cfg(feature = "serde")]
    pub fn send_json<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), SendJsonError> {
        let text = json::to_text(value).map_err(SendJsonError::Encode)?;
        Ok(self.send(&text.into())?)
    }

    /// Sends a request on this connection and waits for its reply, as [`WebSocket::request`](crate::WebSocket::request) does.
    ///
    /// # Errors
    /// [`RequestError`], exactly once.
    #[cfg(feature = "serde")]
    pub async fn request<Req, Res>(&self, request: &Req) -> Result<Res, RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        self.request_with(request, RequestOptions::new()).await
    }

    /// The same with options. [`RequestOptions::retry`] has no effect.
    ///
    /// # Errors
    /// [`RequestError`], exactly once.
    #[cfg(feature = "serde")]
    pub async fn request_with<Req, Res>(&self, request: &Req, options: RequestOptions) -> Result<Res, RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        target::request(self, request, options).await
    }

    /// Calls a method by JSON-RPC on this connection, as [`WebSocket::call`](crate::WebSocket::call) does.
    ///
    /// # Errors
    /// [`RequestError`], exactly once; [`RequestError::Rpc`] if the server answers with an error.
    #[cfg(feature = "serde")]
    pub async fn call<Params, Res>(&self, method: &str, params: &Params) -> Result<Res, RequestError>
    where
        Params: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        self.call_with(method, params, RequestOptions::new()).await
    }

    /// The same with options. [`RequestOptions::retry`] has no effect.
    ///
    /// # Errors
    /// [`RequestError`], exactly once; [`RequestError::Rpc`] if the server answers with an error.
    #[cfg(feature = "serde")]
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
}

#[cfg(feature = "serde")]
impl Target for Connection {
    fn place(&self) -> Result<Place, SendError> {
        Ok(Place {
            shared: self.shared.upgrade().ok_or(SendError::NotOpen)?,
            only: Some(self.id),
        })
    }

    fn send_message(&self, message: &Message) -> Result<(), SendError> {
        self.send(message)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}
