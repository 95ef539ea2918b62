//! The browser's class and its events, bound so that no text crosses into wasm memory: URLs, payloads and reasons stay JavaScript
//! values. And such that no exception crosses Rust's frames: a page may have put another class in the browser's place.
//!
//! `web_sys::WebSocket` copies every `&str` through linear memory, which costs microseconds a message.

use alloc::string::String;

use js_sys::{JSON, Reflect};
use wasm_bindgen::prelude::*;

use crate::client::values::data::Data;
use crate::client::values::options::BinaryType;
use crate::engine::{Close, ReadyState};

#[wasm_bindgen]
extern "C" {
    /// An [`Event`](https://dom.spec.whatwg.org/#interface-event) of the browser's.
    #[derive(Clone)]
    pub(crate) type Event;

    /// A [`CloseEvent`](https://websockets.spec.whatwg.org/#the-closeevent-interface) of the browser's.
    #[wasm_bindgen(extends = Event)]
    #[derive(Clone)]
    pub(crate) type CloseEvent;

    #[wasm_bindgen(method, getter, catch, js_name = data)]
    fn read_data(this: &Event) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = code)]
    fn read_code(this: &CloseEvent) -> Result<u16, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = reason)]
    fn read_reason(this: &CloseEvent) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = wasClean)]
    fn read_was_clean(this: &CloseEvent) -> Result<bool, JsValue>;

    /// A [`WebSocket`](https://websockets.spec.whatwg.org/#the-websocket-interface) of the browser's.
    #[derive(Clone)]
    pub(crate) type Native;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn send(this: &Native, data: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = close)]
    fn close_with(this: &Native, code: &JsValue, reason: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = close)]
    fn close_plain(this: &Native) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = addEventListener)]
    fn listen(this: &Native, name: &str, listener: &JsValue) -> Result<(), JsValue>;

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
    pub(super) fn address(this: &Native) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = protocol)]
    fn subprotocol(this: &Native) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = extensions)]
    fn agreed_extensions(this: &Native) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, setter, catch, js_name = binaryType)]
    fn write_binary_type(this: &Native, binary_type: &JsValue) -> Result<(), JsValue>;
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

    /// Closes it without code and reason, to which the browser has nothing to object in any state.
    pub(crate) fn leave(&self) {
        let _ = self.close_plain();
    }

    /// Closes it with a code, and a reason if there is one.
    ///
    /// # Errors
    /// Returns what the browser throws.
    pub(crate) fn close(&self, code: u16, reason: Option<&str>) -> Result<(), JsValue> {
        let reason = reason.map_or(JsValue::UNDEFINED, JsValue::from_str);
        self.close_with(&JsValue::from(code), &reason)
    }

    /// Calls `listener` when it closes. Returns true if it will.
    pub(crate) fn on_close(&self, listener: impl FnOnce() + 'static) -> bool {
        self.listen("close", &Closure::once_into_js(listener)).is_ok()
    }

    pub(crate) fn url(&self) -> String {
        text(self.address())
    }

    pub(crate) fn protocol(&self) -> String {
        text(self.subprotocol())
    }

    pub(crate) fn extensions(&self) -> String {
        text(self.agreed_extensions())
    }

    pub(crate) fn set_binary_type(&self, binary_type: BinaryType) {
        let _ = self.write_binary_type(&JsValue::from_str(match binary_type {
            BinaryType::ArrayBuffer => "arraybuffer",
            BinaryType::Blob => "blob",
        }));
    }

    /// The browser's socket as `web_sys` has it.
    #[allow(clippy::unnecessary_wraps)] // In a world there is none.
    pub(crate) fn into_web_sys(self) -> Option<web_sys::WebSocket> {
        Some(self.unchecked_into())
    }
}

impl Event {
    /// The data of a `message` event.
    pub(crate) fn data(&self) -> Data {
        self.read_data().unwrap_or_default()
    }

    /// This event as the `close` event that it is.
    pub(crate) fn as_close(&self) -> CloseEvent {
        self.unchecked_ref::<CloseEvent>().clone()
    }
}

impl CloseEvent {
    pub(crate) fn code(&self) -> u16 {
        self.read_code().unwrap_or(Close::ABNORMAL.code)
    }

    pub(crate) fn reason(&self) -> String {
        text(self.read_reason())
    }

    pub(crate) fn was_clean(&self) -> bool {
        self.read_was_clean().unwrap_or_default()
    }

    /// Returns the delay that the server asks for in its reason, in milliseconds; NaN for none.
    pub(crate) fn retry_after(&self) -> f64 {
        let reason = JSON::parse(&self.reason());
        let asked = reason.and_then(|reason| Reflect::get(&reason, &JsValue::from_str("retryAfter")));
        asked.ok().and_then(|asked| asked.as_f64()).unwrap_or(f64::NAN)
    }
}

fn text(read: Result<JsValue, JsValue>) -> String {
    read.ok().and_then(|value| value.as_string()).unwrap_or_default()
}
