//! The bindings that the npm package imports: `Core`, one for each `WebSocket`. No rules stand here: numbers in, the driver's
//! answers out. Names and messages live in the wrapper, where they cost least.
//!
//! Only numbers cross, either way. References would bring a table of them and glue; text or an array would have to be copied through
//! linear memory, and bring an allocator's exports, a `TextDecoder` and more glue. And all operations are one export
//! (`Core::call`), because each export costs 190 bytes of wasm for its borrow of the handle.

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
use self::numbers::Op;
use holdfast_ws::driver::Driver;

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

    /// Runs an [`Op`] by its number, with up to four operands. NaN if there is no such operation.
    pub fn call(&self, op: u32, subject: f64, value: f64, timeout: f64, route: i32) -> f64 {
        match Op::from_number(op) {
            Some(Op::Send) => ops::send(&self.0, subject, value, timeout, route),
            Some(op) => ops::call(&self.0, op, subject, value),
            None => f64::NAN,
        }
    }
}
