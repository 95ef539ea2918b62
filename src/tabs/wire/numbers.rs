//! Numbers as JavaScript has them. All of these are below 2^53: what counts counts from 1, and identifiers are drawn that small.

use wasm_bindgen::JsValue;

/// Returns a number as JavaScript has it.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub const fn float(number: u64) -> f64 {
    number as f64
}

/// Returns a number of JavaScript as a whole one.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The cast saturates.
pub const fn whole(number: f64) -> u64 {
    number as u64
}

/// Returns a number as a value of JavaScript.
#[must_use]
pub fn value(number: u64) -> JsValue {
    JsValue::from_f64(float(number))
}
