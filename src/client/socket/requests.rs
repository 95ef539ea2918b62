//! Requests: sent, and awaited. The engine numbers them and settles each exactly once.

use core::future::poll_fn;
use core::time::Duration;

use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::handle::WebSocket;
use crate::client::json;
use crate::client::json::error::RequestError;
use crate::client::state::pending_requests::Kind;
use crate::engine::{Engine, Failure, RequestId, Route};

/// Options of a single request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use = "give it to request_with() or call_with()"]
pub struct RequestOptions {
    timeout: Option<Duration>,
    retry: bool,
}

impl RequestOptions {
    /// The socket's own timeout, and no retry.
    pub fn new() -> Self {
        Self::default()
    }

    /// The time to wait for the reply, including the wait for a connection. Default: the builder's `request_timeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// For what may safely run twice: if the connection ends before the reply, it goes out again on the next one, first and
    /// under the same id, within its timeout.
    pub fn retry(mut self) -> Self {
        self.retry = true;
        self
    }
}

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
        let body = json::to_text(request).map_err(RequestError::Encode)?;
        let Some([id]) = json::fields(&body, ["id"]) else {
            return Err(RequestError::NotAnObject);
        };
        if id.is_some() {
            return Err(RequestError::HasId);
        }
        let reply = self.send_request(&body, Kind::Id, options).await?;
        json::from_text(&reply).map_err(RequestError::Decode)
    }

    /// Sends an object under a number, and waits for the text of the message that replies to it.
    pub(crate) async fn send_request(
        &self,
        object: &str,
        kind: Kind,
        options: RequestOptions,
    ) -> Result<String, RequestError> {
        let (driver, shared) = (self.driver(), self.shared());
        let id = driver.engine(Engine::number_request);
        let text = with_id(object, id);
        let timeout = options.timeout.unwrap_or(shared.request_timeout);
        let route = if options.retry { Route::Retry } else { Route::Any };
        // Before it is sent, and taken out again whatever happens: the future may be dropped at any time.
        let guard = RequestGuard {
            socket: self,
            id,
            pending: shared.pending_requests.register(id, kind),
        };
        driver
            .request(id, JsValue::from_str(&text), text.len() as u64, timeout.into(), route)
            .map_err(|error| match error {
                // The engine has one word for both.
                crate::engine::SendError::NotOpen if self.is_ending() => {
                    crate::client::values::error::SendError::Closed
                }
                error => error.into(),
            })?;
        poll_fn(|cx| guard.pending.poll(cx))
            .await
            .map_err(|failure| match failure {
                Failure::TimedOut => RequestError::TimedOut,
                Failure::Lost => RequestError::ConnectionLost,
            })
    }
}

/// A request in flight. Dropping it cancels the request.
struct RequestGuard<'a> {
    socket: &'a WebSocket,
    id: RequestId,
    pending: Rc<crate::client::state::pending_requests::Pending>,
}

impl Drop for RequestGuard<'_> {
    fn drop(&mut self) {
        self.socket.shared().pending_requests.remove(self.id);
        self.socket
            .driver()
            .command(|engine, now| engine.abort_request(now, self.id));
    }
}

/// An object, as `serde_json` writes it, with the `id` before all else.
fn with_id(object: &str, id: RequestId) -> String {
    let fields = object.strip_prefix('{').unwrap_or(object);
    let comma = if fields == "}" { "" } else { "," };
    format!("{{\"id\":{}{comma}{fields}", id.get())
}
