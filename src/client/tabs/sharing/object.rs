//! Objects of JavaScript, read and written by the names of their properties.

use alloc::string::String;

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// Returns a property; `undefined` of what is no object.
pub(super) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

pub(super) fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

pub(super) fn number(object: &JsValue, name: &str) -> Option<f64> {
    get(object, name).as_f64()
}

pub(super) fn flag(object: &JsValue, name: &str) -> bool {
    get(object, name).is_truthy()
}

/// Returns an object with these properties.
pub(super) fn make<const N: usize>(properties: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        set(&object, name, &value);
    }
    object
}

pub(super) fn set(object: &Object, name: &str, value: &JsValue) {
    // A new object takes any property.
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}
