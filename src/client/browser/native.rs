//! The browser's class, bound so that no text crosses into wasm memory: URLs, payloads and reasons stay JavaScript values. And such that
//! no exception crosses Rust's frames: a page may have put another class in the browser's place.
//!
//! `web_sys::WebSocket` copies every `&str` through linear memory, which costs microseconds a message.

#[cfg(feature = "tabs")]
use alloc::rc::Rc;
use alloc::string::String;

use wasm_bindgen::prelude::*;

use super::event::text;
pub(crate) use super::event::{CloseEvent, Event};
#[cfg(feature = "tabs")]
use super::tab_socket::TabSocket;
use crate::client::values::options::BinaryType;
use crate::engine::ReadyState;

#[wasm_bindgen]
extern "C" {
    /// A [`WebSocket`](https://websockets.spec.whatwg.org/#the-websocket-interface) of the browser's.
    #[derive(Clone)]
    pub(crate) type Socket;

    #[wasm_bindgen(method, catch, js_name = send)]
    fn transmit(this: &Socket, data: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = close)]
    fn close_with(this: &Socket, code: &JsValue, reason: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = close)]
    fn close_plain(this: &Socket) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = addEventListener)]
    fn listen(this: &Socket, name: &str, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = readyState)]
    fn read_ready_state(this: &Socket) -> Result<u16, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = bufferedAmount)]
    fn read_buffered_amount(this: &Socket) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(super) fn set_onopen(this: &Socket, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(super) fn set_onmessage(this: &Socket, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(super) fn set_onerror(this: &Socket, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, catch)]
    pub(super) fn set_onclose(this: &Socket, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = url)]
    fn address(this: &Socket) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = protocol)]
    fn subprotocol(this: &Socket) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = extensions)]
    fn agreed_extensions(this: &Socket) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, setter, catch, js_name = binaryType)]
    fn write_binary_type(this: &Socket, binary_type: &JsValue) -> Result<(), JsValue>;
}

/// A socket that is dialled: one of the browser's, or that of a tab, whose connection another tab may have.
#[derive(Clone)]
pub(crate) enum Native {
    Browser(Socket),
    #[cfg(feature = "tabs")]
    Tab(Rc<TabSocket>),
}

impl Native {
    pub(crate) fn send(&self, data: &JsValue) -> Result<(), JsValue> {
        match self {
            Self::Browser(socket) => socket.transmit(data),
            #[cfg(feature = "tabs")]
            Self::Tab(socket) => socket.send(data).then_some(()).ok_or(JsValue::UNDEFINED),
        }
    }

    /// Returns `readyState`; CLOSED if it can't be read.
    pub(crate) fn ready_state(&self) -> ReadyState {
        match self {
            Self::Browser(socket) => match socket.read_ready_state() {
                Ok(0) => ReadyState::Connecting,
                Ok(1) => ReadyState::Open,
                Ok(2) => ReadyState::Closing,
                _ => ReadyState::Closed,
            },
            #[cfg(feature = "tabs")]
            Self::Tab(socket) => socket.ready_state(),
        }
    }

    /// True if it has a connection of its own. A tab without one keeps its page out of no cache.
    pub(crate) const fn is_own(&self) -> bool {
        matches!(self, Self::Browser(_))
    }

    /// A count of bytes, which may be beyond 2^32.
    pub(crate) fn buffered_amount(&self) -> f64 {
        match self {
            Self::Browser(socket) => socket.read_buffered_amount().unwrap_or_default(),
            #[cfg(feature = "tabs")]
            Self::Tab(socket) => socket.buffered_amount(),
        }
    }

    /// Closes it without code and reason, to which the browser has nothing to object in any state.
    pub(crate) fn leave(&self) {
        match self {
            Self::Browser(socket) => _ = socket.close_plain(),
            #[cfg(feature = "tabs")]
            Self::Tab(socket) => socket.close(None, None),
        }
    }

    /// Closes it with a code, and a reason if there is one.
    ///
    /// # Errors
    /// Returns what the browser throws.
    pub(crate) fn close(&self, code: u16, reason: Option<&str>) -> Result<(), JsValue> {
        match self {
            Self::Browser(socket) => {
                let reason = reason.map_or(JsValue::UNDEFINED, JsValue::from_str);
                socket.close_with(&JsValue::from(code), &reason)
            }
            #[cfg(feature = "tabs")]
            Self::Tab(socket) => {
                socket.close(Some(code), reason);
                Ok(())
            }
        }
    }

    /// Calls `listener` when it closes. Returns true if it will.
    pub(crate) fn on_close(&self, listener: impl FnOnce() + 'static) -> bool {
        match self {
            Self::Browser(socket) => socket.listen("close", &Closure::once_into_js(listener)).is_ok(),
            // It has no connection of its own that lingers.
            #[cfg(feature = "tabs")]
            Self::Tab(_) => false,
        }
    }

    /// Returns the URL as the browser made it absolute.
    pub(super) fn address(&self) -> Option<JsValue> {
        match self {
            Self::Browser(socket) => socket.address().ok(),
            #[cfg(feature = "tabs")]
            Self::Tab(_) => None,
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Browser(socket) => text(socket.address()),
            #[cfg(feature = "tabs")]
            Self::Tab(socket) => socket.url().into(),
        }
    }

    pub(crate) fn protocol(&self) -> String {
        match self {
            Self::Browser(socket) => text(socket.subprotocol()),
            #[cfg(feature = "tabs")]
            Self::Tab(socket) => socket.protocol(),
        }
    }

    pub(crate) fn extensions(&self) -> String {
        match self {
            Self::Browser(socket) => text(socket.agreed_extensions()),
            #[cfg(feature = "tabs")]
            Self::Tab(socket) => socket.extensions(),
        }
    }

    pub(crate) fn set_binary_type(&self, binary_type: BinaryType) {
        match self {
            Self::Browser(socket) => {
                let _ = socket.write_binary_type(&JsValue::from_str(match binary_type {
                    BinaryType::ArrayBuffer => "arraybuffer",
                    BinaryType::Blob => "blob",
                }));
            }
            #[cfg(feature = "tabs")]
            Self::Tab(socket) => socket.set_binary_type(binary_type),
        }
    }

    /// The browser's socket as `web_sys` has it.
    #[allow(clippy::unnecessary_wraps)] // In a world, and in a tab without the connection, there is none.
    pub(crate) fn into_web_sys(self) -> Option<web_sys::WebSocket> {
        match self {
            Self::Browser(socket) => Some(socket.unchecked_into()),
            #[cfg(feature = "tabs")]
            Self::Tab(_) => None,
        }
    }
}
