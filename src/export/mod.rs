//! What the npm package imports: [`Core`], one for each `WebSocket`. A hinge, no more: JavaScript's values in, the driver's
//! answers out. Names and messages live in the skin, where they cost least.

mod host;
mod options;
mod requests;
#[cfg(feature = "standalone")]
mod runtime;

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use self::host::Host;
use crate::driver::{Driver, millis};
use crate::engine::{Question, SendError, Span};

/// A WebSocket that holds, for the skin.
#[wasm_bindgen]
#[allow(missing_debug_implementations)]
pub struct Core(Rc<Driver<Host>>);

#[wasm_bindgen]
impl Core {
    /// Starts the first attempt. An undefined `url` is asked for ([`Host::provide`](host::Host)). `numbers` are the options,
    /// in the order of [`options::read`].
    ///
    /// # Errors
    /// A `TypeError` for an impossible option; what the browser throws for a bad URL or protocol.
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host, url: JsValue, protocols: JsValue, numbers: &[f64]) -> Result<Core, JsValue> {
        let config = options::read(numbers, url.is_undefined()).map_err(options::explain)?;
        Driver::start(host, config, (url, protocols), options::explain).map(Core)
    }

    /// Sends at once, or says that it can't.
    ///
    /// # Errors
    /// What the browser throws, without reconnection.
    pub fn send(&self, data: &JsValue) -> Result<bool, JsValue> {
        self.0.send(data)
    }

    /// Keeps a copy until a connection is open: 0 if it was taken, 1 if queueing is off, 2 if the queue is full.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
    pub fn queue(&self, copy: JsValue, bytes: f64) -> u32 {
        taken(self.0.queue(copy, bytes as u64))
    }

    /// Ends it.
    ///
    /// # Errors
    /// What the browser throws, without reconnection.
    pub fn close(&self, code: JsValue, reason: JsValue) -> Result<(), JsValue> {
        self.0.close(code, reason)
    }

    /// Connects anew.
    pub fn reconnect(&self) {
        self.0.reconnect();
    }

    /// The application's provider has answered.
    pub fn provided(&self, question: u32, url: JsValue, protocols: JsValue) {
        self.0.provided(Question(question), Some((url, protocols)));
    }

    /// The application's provider has failed.
    pub fn unprovided(&self, question: u32) {
        self.0.provided(Question(question), None);
    }

    /// `readyState`: the native socket's own without reconnection.
    #[wasm_bindgen(getter, js_name = readyState)]
    pub fn ready_state(&self) -> u32 {
        self.0.ready_state()
    }

    /// The URL in use; undefined while a provider has yet to answer.
    #[wasm_bindgen(getter)]
    pub fn url(&self) -> JsValue {
        self.0.native().map_or(JsValue::UNDEFINED, |native| native.address())
    }

    /// The subprotocol agreed upon; undefined before the first connection.
    #[wasm_bindgen(getter)]
    pub fn protocol(&self) -> JsValue {
        self.0
            .native()
            .map_or(JsValue::UNDEFINED, |native| native.subprotocol())
    }

    /// The extensions agreed upon; undefined before the first connection.
    #[wasm_bindgen(getter)]
    pub fn extensions(&self) -> JsValue {
        self.0
            .native()
            .map_or(JsValue::UNDEFINED, |native| native.agreed_extensions())
    }

    /// `binaryType`, checked by the skin.
    #[wasm_bindgen(setter, js_name = binaryType)]
    pub fn set_binary_type(&self, binary_type: JsValue) {
        self.0.set_binary_type(binary_type);
    }

    /// Bytes not yet on the wire: the queue's and the native buffer's.
    #[wasm_bindgen(getter, js_name = bufferedAmount)]
    pub fn buffered_amount(&self) -> f64 {
        self.0.buffered_amount()
    }

    /// The status' number.
    #[wasm_bindgen(getter)]
    pub fn status(&self) -> u32 {
        self.0.engine(|engine| engine.status()) as u32
    }

    /// The number of the attempt under way or planned.
    #[wasm_bindgen(getter)]
    pub fn attempt(&self) -> u32 {
        self.0.engine(|engine| engine.attempt())
    }

    /// When the next attempt is made, as `Date.now()` has it; undefined if none is planned.
    #[wasm_bindgen(getter, js_name = retryAt)]
    pub fn retry_at(&self) -> Option<f64> {
        let at = self.0.engine(|engine| engine.retry_at())?;
        Some(self.0.to_epoch(at))
    }

    /// The last round trip in milliseconds.
    #[wasm_bindgen(getter)]
    pub fn latency(&self) -> Option<f64> {
        self.0.engine(|engine| engine.latency()).map(millis)
    }

    /// What has been counted, in the order of the skin's `stats.ts`.
    #[allow(clippy::cast_precision_loss)] // Exact up to 2^53.
    pub fn stats(&self) -> Box<[f64]> {
        self.0.engine(|engine| {
            let stats = engine.stats();
            let trips = engine.round_trips().summary();
            let trip = |of: fn(crate::engine::Summary) -> Span| trips.map_or(f64::NAN, |trips| millis(of(trips)));
            let counts = [
                u64::from(stats.connections),
                u64::from(stats.attempts),
                stats.sent,
                stats.received,
                stats.pings,
                stats.pongs,
                engine.outbox().len() as u64,
                engine.outbox().bytes(),
                stats.unsent,
                u64::from(stats.dead_lines),
                engine.pending_requests() as u64,
                stats.late_replies,
            ];
            let trips = [trip(|t| t.p50), trip(|t| t.p90), trip(|t| t.p99), trip(|t| t.max)];
            counts
                .iter()
                .map(|&count| count as f64)
                .chain(trips)
                .collect::<Vec<_>>()
                .into_boxed_slice()
        })
    }
}

/// Whether a message was taken, as the skin's errors are numbered.
fn taken(result: Result<(), SendError>) -> u32 {
    match result {
        Ok(()) => 0,
        Err(SendError::NotOpen) => 1,
        Err(SendError::Full) => 2,
    }
}
