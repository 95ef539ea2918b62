//! Numbers as JavaScript has them. All of these are below 2^53: what counts counts from 1, and identifiers are drawn that small.

use wasm_bindgen::JsValue;

#[allow(clippy::cast_precision_loss)]
pub(crate) const fn float(number: u64) -> f64 {
    number as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The cast saturates.
pub(crate) const fn whole(number: f64) -> u64 {
    number as u64
}

pub(crate) fn value(number: u64) -> JsValue {
    JsValue::from_f64(float(number))
}
