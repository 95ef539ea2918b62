//! Events of a socket: the browser's, or those of a socket whose connection another tab has.

use alloc::rc::Rc;
use alloc::string::String;

use js_sys::{JSON, Reflect};
use wasm_bindgen::prelude::*;

use crate::client::values::data::Data;
use crate::engine::Close;

#[wasm_bindgen]
extern "C" {
    /// An [`Event`](https://dom.spec.whatwg.org/#interface-event) of the browser's.
    #[derive(Clone)]
    pub(crate) type BrowserEvent;

    /// A [`CloseEvent`](https://websockets.spec.whatwg.org/#the-closeevent-interface) of the browser's.
    #[wasm_bindgen(extends = BrowserEvent)]
    #[derive(Clone)]
    pub(crate) type BrowserCloseEvent;

    #[wasm_bindgen(method, getter, catch, js_name = data)]
    fn read_data(this: &BrowserEvent) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = code)]
    fn read_code(this: &BrowserCloseEvent) -> Result<u16, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = reason)]
    fn read_reason(this: &BrowserCloseEvent) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = wasClean)]
    fn read_was_clean(this: &BrowserCloseEvent) -> Result<bool, JsValue>;
}

/// An event of a socket.
#[derive(Clone)]
pub(crate) enum Event {
    Browser(BrowserEvent),
    /// `open` or `error` of a tab's socket.
    #[cfg(feature = "tabs")]
    Plain,
    #[cfg(feature = "tabs")]
    Message(Data),
    #[cfg(feature = "tabs")]
    Close(Closed),
}

/// A `close` event.
#[derive(Clone)]
pub(crate) enum CloseEvent {
    Browser(BrowserCloseEvent),
    #[cfg(feature = "tabs")]
    Tab(Closed),
}

/// The end of a tab's socket.
#[cfg(feature = "tabs")]
#[derive(Debug, Clone)]
pub(crate) struct Closed {
    pub(crate) code: u16,
    pub(crate) reason: String,
    pub(crate) was_clean: bool,
}

/// A function that an event calls.
#[derive(Clone)]
pub(crate) struct Listener(Rc<dyn Fn(Event)>);

impl Listener {
    pub(crate) fn new(run: impl Fn(Event) + 'static) -> Self {
        Self(Rc::new(run))
    }

    pub(super) fn call(&self, event: Event) {
        (self.0)(event);
    }
}

impl Event {
    /// The data of a `message` event.
    pub(crate) fn data(&self) -> Data {
        match self {
            Self::Browser(event) => event.read_data().unwrap_or_default(),
            #[cfg(feature = "tabs")]
            Self::Message(data) => data.clone(),
            #[cfg(feature = "tabs")]
            Self::Plain | Self::Close(_) => Data::UNDEFINED,
        }
    }

    /// This event as the `close` event that it is.
    pub(crate) fn as_close(&self) -> CloseEvent {
        match self {
            Self::Browser(event) => CloseEvent::Browser(event.unchecked_ref::<BrowserCloseEvent>().clone()),
            #[cfg(feature = "tabs")]
            Self::Close(closed) => CloseEvent::Tab(closed.clone()),
            #[cfg(feature = "tabs")]
            Self::Plain | Self::Message(_) => CloseEvent::Tab(Closed {
                code: Close::ABNORMAL.code,
                reason: String::new(),
                was_clean: false,
            }),
        }
    }
}

impl CloseEvent {
    pub(crate) fn code(&self) -> u16 {
        match self {
            Self::Browser(event) => event.read_code().unwrap_or(Close::ABNORMAL.code),
            #[cfg(feature = "tabs")]
            Self::Tab(closed) => closed.code,
        }
    }

    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Browser(event) => text(event.read_reason()),
            #[cfg(feature = "tabs")]
            Self::Tab(closed) => closed.reason.clone(),
        }
    }

    pub(crate) fn was_clean(&self) -> bool {
        match self {
            Self::Browser(event) => event.read_was_clean().unwrap_or_default(),
            #[cfg(feature = "tabs")]
            Self::Tab(closed) => closed.was_clean,
        }
    }

    /// Returns the delay that the server asks for in its reason, in milliseconds; NaN for none. The tab that has the connection waits for it,
    /// and the others for that tab.
    pub(crate) fn retry_after(&self) -> f64 {
        #[cfg(feature = "tabs")]
        if matches!(self, Self::Tab(_)) {
            return f64::NAN;
        }
        let reason = JSON::parse(&self.reason());
        let asked = reason.and_then(|reason| Reflect::get(&reason, &JsValue::from_str("retryAfter")));
        asked.ok().and_then(|asked| asked.as_f64()).unwrap_or(f64::NAN)
    }
}

pub(super) fn text(read: Result<JsValue, JsValue>) -> String {
    read.ok().and_then(|value| value.as_string()).unwrap_or_default()
}
