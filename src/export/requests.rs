//! Requests, for the skin: it names and reads them, the engine settles them.

use wasm_bindgen::prelude::*;

use super::{Core, taken};
use crate::driver::span;
use crate::engine::{Engine, Request};

#[wasm_bindgen]
impl Core {
    /// A number for the next request.
    #[wasm_bindgen(js_name = requestId)]
    #[allow(clippy::cast_precision_loss)] // Exact up to 2^53.
    pub fn request_id(&self) -> f64 {
        self.0.engine(Engine::number_request).0 as f64
    }

    /// Sends a request, or keeps it; the answer is that of [`Core::queue`]. `timeout` is in milliseconds.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
    pub fn request(&self, id: f64, payload: JsValue, bytes: f64, timeout: f64, retry: bool) -> u32 {
        taken(self.0.request(number(id), payload, bytes as u64, span(timeout), retry))
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
