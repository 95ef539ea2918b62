//! The browser's class as the client dials it, and its events as Rust's. Nothing here lets an exception through.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::{JSON, Reflect};
use wasm_bindgen::prelude::*;

use crate::client::browser::native::{self, Event, Native};
use crate::client::values::event::CloseEvent;
use crate::engine::{Close, CloseCause};

#[wasm_bindgen]
extern "C" {
    /// The browser's class, whose exceptions are to be caught.
    type Dialled;
    #[wasm_bindgen(constructor, js_class = "WebSocket", catch)]
    fn new(url: &JsValue, protocols: &JsValue) -> Result<Dialled, JsValue>;

    #[wasm_bindgen(method, catch, js_name = addEventListener)]
    fn listen(this: &Native, name: &str, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    fn data(this: &Event) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn reason(this: &native::CloseEvent) -> Result<JsValue, JsValue>;
}

/// Makes a socket of the browser's.
///
/// # Errors
/// Returns what the browser throws.
pub(crate) fn dial(url: &JsValue, protocols: &JsValue) -> Result<Native, JsValue> {
    Dialled::new(url, protocols).map(JsCast::unchecked_into)
}

/// Calls `listener` when `native` closes. Returns whether it will.
pub(crate) fn on_close(native: &Native, listener: impl FnOnce() + 'static) -> bool {
    native.listen("close", &Closure::once_into_js(listener)).is_ok()
}

pub(crate) fn data(event: &Event) -> JsValue {
    event.data().unwrap_or_default()
}

fn reason(event: &native::CloseEvent) -> String {
    let reason = event.reason().ok().and_then(|reason| reason.as_string());
    reason.unwrap_or_default()
}

pub(crate) fn close_event(event: Option<&native::CloseEvent>, close: Close, cause: CloseCause) -> CloseEvent {
    CloseEvent {
        code: close.code,
        reason: event.map_or_else(|| cause.reason().into(), reason),
        was_clean: close.clean,
        cause,
        end: None,
        will_reconnect: false,
        unsent: Vec::new(),
    }
}

/// Returns the delay that the server asks for in its reason, in milliseconds; NaN for none.
pub(crate) fn retry_after(event: &native::CloseEvent) -> f64 {
    let reason = JSON::parse(&reason(event));
    let asked = reason.and_then(|reason| Reflect::get(&reason, &JsValue::from_str("retryAfter")));
    asked.ok().and_then(|asked| asked.as_f64()).unwrap_or(f64::NAN)
}
