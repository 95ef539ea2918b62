//! The browser's class and its events, bound so that no text crosses into wasm memory: URLs, payloads and reasons stay JavaScript
//! values. And such that no exception crosses Rust's frames: a page may have put another class in the browser's place.
//!
//! `web_sys::WebSocket` copies every `&str` through linear memory, which costs microseconds a message. And `web_sys` itself is the
//! client's alone: it brings `js_sys`, whose exports put an executor for futures into every module, though nobody awaits.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An [`Event`](https://dom.spec.whatwg.org/#interface-event) of the browser's.
    #[derive(Clone)]
    pub type Event;

    /// A [`CloseEvent`](https://websockets.spec.whatwg.org/#the-closeevent-interface) of the browser's.
    #[wasm_bindgen(extends = Event)]
    #[derive(Clone)]
    pub type CloseEvent;

    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn code(this: &CloseEvent) -> Result<u16, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = wasClean)]
    pub(super) fn was_clean(this: &CloseEvent) -> Result<bool, JsValue>;

    /// A [`WebSocket`](https://websockets.spec.whatwg.org/#the-websocket-interface) of the browser's.
    #[derive(Clone)]
    pub type Native;

    #[wasm_bindgen(method, catch)]
    pub fn send(this: &Native, data: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn close(this: &Native, code: &JsValue, reason: &JsValue) -> Result<(), JsValue>;

    /// Closes it without code and reason, to which the browser has nothing to object in any state.
    #[wasm_bindgen(method, catch, js_name = close)]
    pub fn leave(this: &Native) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = readyState)]
    fn read_ready_state(this: &Native) -> Result<u16, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = bufferedAmount)]
    fn read_buffered_amount(this: &Native) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(super) fn set_onopen(this: &Native, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(super) fn set_onmessage(this: &Native, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(super) fn set_onerror(this: &Native, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(super) fn set_onclose(this: &Native, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = url)]
    pub fn address(this: &Native) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = protocol)]
    pub fn subprotocol(this: &Native) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = extensions)]
    pub fn agreed_extensions(this: &Native) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, setter, catch, js_name = binaryType)]
    pub fn set_binary(this: &Native, binary_type: &JsValue) -> Result<(), JsValue>;
}

impl Native {
    /// `readyState` of an open socket.
    pub const OPEN: u16 = 1;
    /// `readyState` of one that is over.
    pub const CLOSED: u16 = 3;

    pub(super) fn ready_state(&self) -> u16 {
        self.read_ready_state().unwrap_or(Self::CLOSED)
    }

    /// A count of bytes, which may be beyond 2^32.
    pub(super) fn buffered_amount(&self) -> f64 {
        self.read_buffered_amount().unwrap_or_default()
    }
}
