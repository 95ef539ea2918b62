//! The server's notifications by JSON-RPC, as a `Stream` for each method.

use serde::de::DeserializeOwned;

use super::channel::LIMIT;
use super::handle::WebSocket;
use super::messages::{Messages, Read};
use crate::client::json::error::MessageError;
use crate::client::json::rpc;
use crate::client::state::inspection::Inspection;
use crate::client::values::message::Message;
use crate::engine::ReadyState;

impl WebSocket {
    /// The server's notifications of a method by [JSON-RPC 2.0](https://www.jsonrpc.org/specification#notification), from now on: the
    /// parameters of each, read as a `T`. A struct or map is for parameters by name, a tuple, array or `Vec` for those in order, `()` for
    /// none. They are not delivered as messages meanwhile. A handler ([`handle`](Self::handle)) of the same method is called, too. All
    /// else is as with [`messages`](Self::messages).
    ///
    /// ```no_run
    /// use futures_util::StreamExt;
    /// use serde::Deserialize;
    /// # use holdfast_ws::WebSocket;
    ///
    /// #[derive(Deserialize)]
    /// struct Price { symbol: String, price: f64 }
    ///
    /// # fn show(_: String) {}
    /// # async fn run(ws: &WebSocket) {
    /// let mut prices = ws.notifications::<Price>("price");
    /// while let Some(Ok(Price { symbol, price })) = prices.next().await {
    ///     show(format!("{symbol}: {price}"));
    /// }
    /// # }
    /// ```
    pub fn notifications<T: DeserializeOwned>(&self, method: &str) -> Messages<T> {
        self.notifications_with_limit(method, LIMIT)
    }

    /// The same, but keeps this many notifications for a slow reader.
    pub fn notifications_with_limit<T: DeserializeOwned>(&self, method: &str, limit: usize) -> Messages<T> {
        let buffer = self.shared().subscribers.read_notifications(method, limit);
        if self.ready_state() == ReadyState::Closed {
            buffer.finish();
        }
        let inspection = Inspection::start(self.shared());
        Messages::new(self.shared(), buffer, Read::Json(read), Some(inspection))
    }
}

fn read<T: DeserializeOwned>(params: &Message) -> Result<T, MessageError> {
    rpc::read_params(params.as_text().unwrap_or_default()).map_err(MessageError::Shape)
}
