//! Makes a socket of the browser's.

#[cfg(feature = "tabs")]
use alloc::rc::Weak;
use alloc::string::String;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use super::native::Native;
#[cfg(feature = "tabs")]
use super::tab_socket::{Carrier, TabSocket};
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
    /// Carries the messages, if the connection is another tab's.
    #[cfg(feature = "tabs")]
    carrier: Option<Weak<dyn Carrier>>,
}

impl Destination {
    pub(crate) fn new(url: &str, protocols: &[String]) -> Self {
        Self {
            url: JsValue::from_str(url),
            protocols: array(protocols),
            #[cfg(feature = "tabs")]
            carrier: None,
        }
    }

    /// A destination that a carrier reaches. The URL is only shown.
    #[cfg(feature = "tabs")]
    pub(crate) fn by(carrier: Weak<dyn Carrier>, url: &str) -> Self {
        Self {
            carrier: Some(carrier),
            ..Self::new(url, &[])
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
        if let Some(url) = native.address() {
            self.url = url;
        }
    }
}

fn array(protocols: &[String]) -> JsValue {
    let protocols = protocols.iter().map(|protocol| JsValue::from_str(protocol));
    protocols.collect::<Array>().into()
}

pub(super) fn dial(target: &Destination) -> Result<Native, ConnectError> {
    #[cfg(feature = "tabs")]
    if let Some(carrier) = &target.carrier {
        let url = target.url.as_string().unwrap_or_default();
        return Ok(Native::Tab(TabSocket::new(url, Weak::clone(carrier))));
    }
    let dialled = Dialled::new(&target.url, &target.protocols);
    dialled
        .map(|dialled| Native::Browser(dialled.unchecked_into()))
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
