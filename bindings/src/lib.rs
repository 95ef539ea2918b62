//! The bindings that the npm package imports: `Core`, one for each `WebSocket`. No rules stand here: numbers in, the driver's
//! answers out. Names and messages live in the wrapper, where they cost least.
//!
//! Only numbers cross, either way. References would bring a table of them and glue; text or an array would have to be copied through
//! linear memory, and bring an allocator's exports, a `TextDecoder` and more glue. And there are few exports, because each costs
//! 190 bytes of wasm for its borrow of the handle: what takes and gives numbers is one of them (`Core::call`).

#![cfg(target_arch = "wasm32")]
#![no_std]
#![forbid(unsafe_code)]
#![allow(clippy::must_use_candidate)] // JavaScript has no such thing.

extern crate alloc;

mod host;
mod ids;
mod numbers;
mod ops;
mod options;
mod runtime;

use wasm_bindgen::prelude::*;

use self::host::Host;
use self::ids::request;
use self::numbers::{Op, SendResult};
use holdfast_ws::driver::{Driver, span};
use holdfast_ws::engine::{ConnectionId, Route, SendError, Sent};

/// One reconnecting WebSocket, for the wrapper.
#[wasm_bindgen]
#[allow(missing_debug_implementations)]
pub struct Core(Driver<Host>);

#[wasm_bindgen]
impl Core {
    /// Makes a core with the options that the host gives; `None` if one is impossible, which the wrapper has checked.
    /// [`Op::Start`] starts the first attempt.
    pub fn create() -> Option<Core> {
        Driver::new(Host, options::read()).ok().map(Core)
    }

    /// Runs an [`Op`] by its number, with up to two operands. NaN if there is no such operation.
    pub fn call(&self, op: u32, subject: f64, value: f64) -> f64 {
        Op::from_number(op).map_or(f64::NAN, |op| ops::call(&self.0, op, subject, value))
    }

    /// Sends a message of `bytes` bytes, or keeps it until a connection is open. A payload above 0 is a request's of that number, whose
    /// `timeout` (ms) begins, and which may be sent twice if `again`. `only` is the connection that it is meant for, 0 for any.
    /// Returns a [`SendResult`].
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
    pub fn send(&self, payload: f64, bytes: f64, timeout: f64, again: bool, only: u32) -> u32 {
        let id = request(payload);
        let route = match (only, again) {
            (0, false) => Route::Any,
            (0, true) => Route::Retry,
            (only, _) => Route::Only(ConnectionId::new(only)),
        };
        let taken = match (id.get(), route) {
            (0, Route::Only(connection)) => self.0.send_on(connection, payload).map(|()| Sent::Transmitted),
            (0, _) => self.0.queue(payload, bytes as u64),
            _ => self
                .0
                .request(id, payload, bytes as u64, span(timeout), route)
                .map(|()| Sent::Queued),
        };
        let result = match taken {
            Ok(Sent::Discarded) => SendResult::Discarded,
            Ok(_) => SendResult::Taken,
            Err(SendError::NotOpen) => SendResult::NotOpen,
            // The queue is full, or the number is in use, which the wrapper sees to.
            Err(_) => SendResult::Full,
        };
        result as u32
    }
}
