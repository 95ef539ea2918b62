//! Requests, for the skin: it names and reads them, the engine settles them.

use wasm_bindgen::prelude::*;

use super::{Core, taken};
use crate::driver::span;
use crate::engine::{Connection, Engine, Request, Route};

#[wasm_bindgen]
impl Core {
    /// A number for the next request.
    #[wasm_bindgen(js_name = requestId)]
    #[allow(clippy::cast_precision_loss)] // Exact up to 2^53.
    pub fn request_id(&self) -> f64 {
        self.0.engine(Engine::number_request).0 as f64
    }

    /// Sends a request, or keeps it; the answer is that of [`Core::queue`]. `timeout` is in milliseconds. `only` is the
    /// connection that it is meant for, 0 for any.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
    pub fn request(&self, id: f64, payload: JsValue, bytes: f64, timeout: f64, retry: bool, only: u32) -> u32 {
        let route = match (only, retry) {
            (0, false) => Route::Any,
            (0, true) => Route::Again,
            (only, _) => Route::Only(Connection(only)),
        };
        taken(self.0.request(number(id), payload, bytes as u64, span(timeout), route))
    }

    /// Sends on this connection, be it admitted or not; the answer is that of [`Core::queue`].
    #[wasm_bindgen(js_name = sendOn)]
    pub fn send_on(&self, connection: u32, data: JsValue) -> u32 {
        taken(self.0.send_on(Connection(connection), data))
    }

    /// The application admits the connection, or doesn't. Returns whether it was asked to.
    pub fn admit(&self, connection: u32, admitted: bool) -> bool {
        self.0.admit(Connection(connection), admitted)
    }

    /// A reply to `id` has come, its `last` or only part or not: 0 if it was awaited, 1 if it is late, 2 if it is none.
    pub fn reply(&self, id: f64, last: bool) -> u32 {
        self.0.reply(number(id), last) as u32
    }

    /// Nobody waits for `id` any more. Returns whether somebody did.
    pub fn abort(&self, id: f64) -> bool {
        self.0.abort(number(id))
    }

    /// Whether every message is to be shown to `host.reply`.
    pub fn inspect(&self, on: bool) {
        self.0.inspect(on);
    }

    /// Has `host.drain` called shortly.
    #[wasm_bindgen(js_name = watchDrain)]
    pub fn watch_drain(&self) {
        self.0.watch_drain();
    }
}

/// What is no positive whole number is no request's: 0 never is.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp
)]
fn number(id: f64) -> Request {
    let number = id as u64;
    Request(if number as f64 == id { number } else { 0 })
}
