//! Makes a socket of the browser's.

use alloc::string::String;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use super::native::Native;
use crate::client::values::error::ConnectError;

#[wasm_bindgen]
extern "C" {
    /// The browser's class, whose exceptions are to be caught.
    type Dialled;
    #[wasm_bindgen(constructor, js_class = "WebSocket", catch)]
    fn new(url: &JsValue, protocols: &JsValue) -> Result<Dialled, JsValue>;
}

/// The URL and the subprotocols to dial with.
#[derive(Clone)]
pub(crate) struct Destination {
    url: JsValue,
    protocols: JsValue,
}

impl Destination {
    pub(crate) fn new(url: &str, protocols: &[String]) -> Self {
        Self {
            url: JsValue::from_str(url),
            protocols: array(protocols),
        }
    }

    pub(crate) fn set_url(&mut self, url: &str) {
        self.url = JsValue::from_str(url);
    }

    pub(crate) fn set_protocols(&mut self, protocols: &[String]) {
        self.protocols = array(protocols);
    }

    /// Takes the URL as the browser made it absolute.
    pub(crate) fn resolve(&mut self, native: &Native) {
        if let Ok(url) = native.address() {
            self.url = url;
        }
    }
}

fn array(protocols: &[String]) -> JsValue {
    let protocols = protocols.iter().map(|protocol| JsValue::from_str(protocol));
    protocols.collect::<Array>().into()
}

pub(super) fn dial(target: &Destination) -> Result<Native, ConnectError> {
    let dialled = Dialled::new(&target.url, &target.protocols);
    dialled
        .map(JsCast::unchecked_into)
        .map_err(|exception| refusal(&exception))
}

/// The browser's own words would give away the URL; the exception's name is enough to say what to do.
fn refusal(exception: &JsValue) -> ConnectError {
    let name = Reflect::get(exception, &JsValue::from_str("name"));
    match name.ok().and_then(|name| name.as_string()).as_deref() {
        Some("SecurityError") => ConnectError::Forbidden,
        Some("ReferenceError" | "TypeError") => ConnectError::Unsupported,
        _ => ConnectError::Refused,
    }
}
