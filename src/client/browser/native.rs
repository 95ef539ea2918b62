//! The browser's class and its events, bound so that no text crosses into wasm memory: URLs, payloads and reasons stay JavaScript
//! values. And such that no exception crosses Rust's frames: a page may have put another class in the browser's place.
//!
//! `web_sys::WebSocket` copies every `&str` through linear memory, which costs microseconds a message.

use wasm_bindgen::prelude::*;

use crate::engine::ReadyState;

#[wasm_bindgen]
extern "C" {
    /// An [`Event`](https://dom.spec.whatwg.org/#interface-event) of the browser's.
    #[derive(Clone)]
    pub(crate) type Event;

    /// A [`CloseEvent`](https://websockets.spec.whatwg.org/#the-closeevent-interface) of the browser's.
    #[wasm_bindgen(extends = Event)]
    #[derive(Clone)]
    pub(crate) type CloseEvent;

    #[wasm_bindgen(method, getter, catch)]
    pub(crate) fn code(this: &CloseEvent) -> Result<u16, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = wasClean)]
    pub(crate) fn was_clean(this: &CloseEvent) -> Result<bool, JsValue>;

    /// A [`WebSocket`](https://websockets.spec.whatwg.org/#the-websocket-interface) of the browser's.
    #[derive(Clone)]
    pub(crate) type Native;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn send(this: &Native, data: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn close(this: &Native, code: &JsValue, reason: &JsValue) -> Result<(), JsValue>;

    /// Closes it without code and reason, to which the browser has nothing to object in any state.
    #[wasm_bindgen(method, catch, js_name = close)]
    pub(crate) fn leave(this: &Native) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = readyState)]
    fn read_ready_state(this: &Native) -> Result<u16, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = bufferedAmount)]
    fn read_buffered_amount(this: &Native) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(crate) fn set_onopen(this: &Native, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(crate) fn set_onmessage(this: &Native, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(crate) fn set_onerror(this: &Native, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(crate) fn set_onclose(this: &Native, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = url)]
    pub(crate) fn address(this: &Native) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = protocol)]
    pub(crate) fn subprotocol(this: &Native) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = extensions)]
    pub(crate) fn agreed_extensions(this: &Native) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, setter, catch, js_name = binaryType)]
    pub(crate) fn set_binary(this: &Native, binary_type: &JsValue) -> Result<(), JsValue>;
}

impl Native {
    /// Returns `readyState`; CLOSED if it can't be read.
    pub(crate) fn ready_state(&self) -> ReadyState {
        match self.read_ready_state() {
            Ok(0) => ReadyState::Connecting,
            Ok(1) => ReadyState::Open,
            Ok(2) => ReadyState::Closing,
            _ => ReadyState::Closed,
        }
    }

    /// A count of bytes, which may be beyond 2^32.
    pub(crate) fn buffered_amount(&self) -> f64 {
        self.read_buffered_amount().unwrap_or_default()
    }
}
