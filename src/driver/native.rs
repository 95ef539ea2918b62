//! The browser's class and its events, bound so that no text crosses into wasm memory: URLs, payloads and reasons stay JavaScript
//! values.
//!
//! `web_sys::WebSocket` copies every `&str` through linear memory, which costs microseconds a message. And `web_sys` itself is the
//! client's alone: it brings `js_sys`, whose exports put an executor for futures into every module, though nobody awaits.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An [`Event`](https://dom.spec.whatwg.org/#interface-event) of the browser's.
    #[derive(Clone)]
    pub(crate) type Event;

    /// A [`CloseEvent`](https://websockets.spec.whatwg.org/#the-closeevent-interface) of the browser's.
    #[wasm_bindgen(extends = Event)]
    #[derive(Clone)]
    pub(crate) type CloseEvent;

    #[wasm_bindgen(method, getter)]
    pub(super) fn code(this: &CloseEvent) -> u16;

    #[wasm_bindgen(method, getter, js_name = wasClean)]
    pub(super) fn was_clean(this: &CloseEvent) -> bool;

    /// A [`WebSocket`](https://websockets.spec.whatwg.org/#the-websocket-interface) of the browser's.
    #[derive(Clone)]
    pub(crate) type Native;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn send(this: &Native, data: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn close(this: &Native, code: &JsValue, reason: &JsValue) -> Result<(), JsValue>;

    /// Closes it without code and reason, to which the browser has nothing to object in any state.
    #[wasm_bindgen(method, js_name = close)]
    pub(crate) fn leave(this: &Native);

    #[wasm_bindgen(method, getter, js_name = readyState)]
    pub(super) fn ready_state(this: &Native) -> u16;

    #[wasm_bindgen(method, getter, js_name = bufferedAmount)]
    pub(super) fn buffered_amount(this: &Native) -> u32;

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_onopen(this: &Native, listener: &JsValue);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_onmessage(this: &Native, listener: &JsValue);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_onerror(this: &Native, listener: &JsValue);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_onclose(this: &Native, listener: &JsValue);

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
