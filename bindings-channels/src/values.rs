//! Values as JavaScript has them.

use holdfast_ws::channels::{Payload, Position};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

#[allow(clippy::cast_precision_loss)] // All numbers are below 2^53.
pub(crate) fn float(number: u64) -> JsValue {
    JsValue::from_f64(number as f64)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The cast saturates.
pub(crate) const fn whole(number: f64) -> u64 {
    number as u64
}

/// Text or a `Uint8Array`; anything else is an empty text.
pub(crate) fn payload(value: &JsValue) -> Payload {
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return Payload::Binary(bytes.to_vec());
    }
    Payload::Text(value.as_string().unwrap_or_default())
}

/// Text, or a `Uint8Array`.
pub(crate) fn payload_value(payload: &Payload) -> JsValue {
    match payload {
        Payload::Text(text) => text.as_str().into(),
        Payload::Binary(bytes) => Uint8Array::from(bytes.as_slice()).into(),
    }
}

/// A position from an array of its epoch and its offset; none of anything else.
pub(crate) fn position(value: &JsValue) -> Option<Position<String>> {
    let array = value.dyn_ref::<Array>()?;
    let (epoch, offset) = (array.get(0).as_string()?, array.get(1).as_f64()?);
    Some(Position {
        epoch,
        offset: whole(offset),
    })
}

/// An array of the epoch and the offset, or undefined.
pub(crate) fn position_value(position: Option<&Position<String>>) -> JsValue {
    position.map_or(JsValue::UNDEFINED, |position| {
        Array::of2(&position.epoch.as_str().into(), &float(position.offset)).into()
    })
}
