//! Copies of bytes. `js_sys` has the same without `catch`, and an exception must not cross Rust's frames: a buffer may be
//! detached, and memory may run out.

use js_sys::{ArrayBuffer, Object, Reflect, Symbol, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Bytes;
    #[wasm_bindgen(constructor, js_class = "Uint8Array", catch)]
    fn zeroed(length: f64) -> Result<Bytes, JsValue>;
    #[wasm_bindgen(constructor, js_class = "Uint8Array", catch)]
    fn of_buffer(buffer: &JsValue) -> Result<Bytes, JsValue>;
    #[wasm_bindgen(constructor, js_class = "Uint8Array", catch)]
    fn of_part(buffer: &JsValue, offset: f64, length: f64) -> Result<Bytes, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn slice(this: &Bytes) -> Result<Bytes, JsValue>;
}

/// A copy in JavaScript's memory; `None` if there is no room for it.
#[allow(clippy::cast_precision_loss)] // Exact up to 2^53 bytes.
pub(crate) fn copy(bytes: &[u8]) -> Option<Uint8Array> {
    let copy: Uint8Array = Bytes::zeroed(bytes.len() as f64).ok()?.unchecked_into();
    copy.copy_from(bytes);
    Some(copy)
}

/// The bytes of an `ArrayBuffer`; none of one that is detached.
pub(crate) fn read(buffer: &JsValue) -> Option<Uint8Array> {
    Bytes::of_buffer(buffer).ok().map(JsCast::unchecked_into)
}

/// A copy of what the browser would send of a buffer or a view now. `None` of what it refuses: shared or resizable memory
/// ([`BufferSource`](https://webidl.spec.whatwg.org/#BufferSource) allows neither). What is detached has no bytes.
pub(crate) fn snapshot(data: &Object) -> Option<Uint8Array> {
    let view = ArrayBuffer::is_view(data);
    let buffer = if view { get(data, "buffer")? } else { data.into() };
    // Not `instanceof`: the buffer may come from another window.
    let tag = Reflect::get(&buffer, &Symbol::to_string_tag()).ok()?;
    if tag != "ArrayBuffer" || get(&buffer, "resizable")?.is_truthy() {
        return None;
    }
    // Of a `DataView` whose buffer is detached, these getters throw.
    let number = |name| get(data, name).and_then(|value| value.as_f64()).unwrap_or_default();
    let length = number("byteLength");
    let copy = if length > 0.0 {
        let offset = if view { number("byteOffset") } else { 0.0 };
        Bytes::of_part(&buffer, offset, length).and_then(|part| part.slice())
    } else {
        Bytes::zeroed(0.0)
    };
    copy.ok().map(JsCast::unchecked_into)
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok()
}
