//! Requests: sent, and awaited. The engine numbers them and settles each exactly once.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::handle::WebSocket;
use super::target;
use crate::client::json::error::RequestError;
use crate::client::values::request_options::RequestOptions;

impl WebSocket {
    /// Sends a struct or map as JSON with an `id` added, and waits for the message that has the same `id` at its top level:
    /// all of that message is the reply, whatever else is in it, and is not delivered to anybody else.
    ///
    /// Nothing is sent before the future is polled. To drop it cancels: what is still in the queue is taken out, and a reply
    /// that comes later is dropped. While no connection is open it waits in the queue, and its timeout runs.
    ///
    /// # Errors
    /// [`RequestError`], exactly once.
    ///
    /// ```no_run
    /// use serde::{Deserialize, Serialize};
    /// # use holdfast_ws::{RequestError, WebSocket};
    ///
    /// #[derive(Serialize)]
    /// struct Join<'a> { join: &'a str }
    /// #[derive(Deserialize)]
    /// struct Joined { members: Vec<String> }
    ///
    /// # async fn run(ws: &WebSocket) -> Result<(), RequestError> {
    /// let Joined { members } = ws.request(&Join { join: "lobby" }).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn request<Req, Res>(&self, request: &Req) -> Result<Res, RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        self.request_with(request, RequestOptions::new()).await
    }

    /// The same with options.
    ///
    /// # Errors
    /// [`RequestError`], exactly once.
    pub async fn request_with<Req, Res>(&self, request: &Req, options: RequestOptions) -> Result<Res, RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        target::request(self, request, options).await
    }
}
