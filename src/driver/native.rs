//! The browser's class, bound so that no text crosses into wasm memory: URLs, payloads and reasons stay JavaScript values.
//!
//! `web_sys::WebSocket` copies every `&str` through linear memory, which costs microseconds a message; the rest of it is
//! used as it is.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A [`WebSocket`](https://websockets.spec.whatwg.org/#the-websocket-interface) of the browser's.
    #[wasm_bindgen(extends = web_sys::WebSocket)]
    #[derive(Clone)]
    pub(crate) type Native;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn send(this: &Native, data: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn close(this: &Native, code: &JsValue, reason: &JsValue) -> Result<(), JsValue>;

    /// Closes it without code and reason, to which the browser has nothing to object in any state.
    #[wasm_bindgen(method, js_name = close)]
    pub(crate) fn leave(this: &Native);

    #[wasm_bindgen(method, getter, js_name = url)]
    pub(crate) fn address(this: &Native) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = protocol)]
    pub(crate) fn subprotocol(this: &Native) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = extensions)]
    pub(crate) fn agreed_extensions(this: &Native) -> JsValue;

    #[wasm_bindgen(method, setter, js_name = binaryType)]
    pub(crate) fn set_binary(this: &Native, binary_type: &JsValue);
}

impl Native {
    /// `readyState` of an open socket.
    pub(crate) const OPEN: u16 = 1;
    /// `readyState` of one that is over.
    pub(crate) const CLOSED: u16 = 3;
}
