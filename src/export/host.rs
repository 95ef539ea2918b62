//! The skin's side of a socket, as the driver wants to speak to it. Its methods never throw, `dial` apart.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, Event};

use crate::driver::{Heard, Native, millis};
use crate::engine::{Cause, Close, Connection, Failure, Request, Span};

#[wasm_bindgen]
extern "C" {
    /// The skin's object for one socket; see `pkg-template/src/host.ts`.
    pub type Host;

    #[wasm_bindgen(method, js_name = watch)]
    fn js_watch(this: &Host, on: bool) -> bool;
    #[wasm_bindgen(method, catch, js_name = dial)]
    fn js_dial(this: &Host, url: &JsValue, protocols: &JsValue) -> Result<Native, JsValue>;
    #[wasm_bindgen(method, js_name = provide)]
    fn js_provide(this: &Host, question: u32, attempt: u32);
    #[wasm_bindgen(method, js_name = open)]
    fn js_open(this: &Host, event: &Event) -> bool;
    #[wasm_bindgen(method, js_name = free)]
    fn js_free(this: &Host, native: &Native);
    #[wasm_bindgen(method, js_name = admit)]
    fn js_admit(this: &Host, connection: u32);
    #[wasm_bindgen(method, js_name = admitted)]
    fn js_admitted(this: &Host);
    #[wasm_bindgen(method, js_name = message)]
    fn js_message(this: &Host, event: &Event);
    #[wasm_bindgen(method, js_name = error)]
    fn js_error(this: &Host, event: Option<&Event>);
    #[wasm_bindgen(method, js_name = close)]
    fn js_close(
        this: &Host,
        event: Option<&CloseEvent>,
        code: u16,
        reason: &str,
        clean: bool,
        will_reconnect: bool,
        unsent: &Array,
    ) -> bool;
    #[wasm_bindgen(method, js_name = reconnecting)]
    fn js_reconnecting(this: &Host, attempt: u32, delay: f64, cause: u32);
    #[wasm_bindgen(method, js_name = status)]
    fn js_status(this: &Host);
    #[wasm_bindgen(method, js_name = ping)]
    fn js_ping(this: &Host) -> JsValue;
    #[wasm_bindgen(method, js_name = pong)]
    fn js_pong(this: &Host, event: &Event) -> bool;
    #[wasm_bindgen(method, js_name = shouldReconnect)]
    fn js_should_reconnect(
        this: &Host,
        event: Option<&CloseEvent>,
        code: u16,
        reason: &str,
        clean: bool,
        attempt: u32,
    ) -> bool;
    #[wasm_bindgen(method, js_name = reply)]
    fn js_reply(this: &Host, event: &Event) -> bool;
    #[wasm_bindgen(method, js_name = failed)]
    fn js_failed(this: &Host, request: f64, failure: u32);
    #[wasm_bindgen(method, js_name = drain)]
    fn js_drain(this: &Host);
    #[wasm_bindgen(method, js_name = retryAfter)]
    fn js_retry_after(this: &Host, event: &CloseEvent) -> f64;
}

impl Heard for Host {
    fn watch(&self, on: bool) -> Option<bool> {
        Some(self.js_watch(on))
    }

    fn dial(&self, url: &JsValue, protocols: &JsValue) -> Result<Native, JsValue> {
        self.js_dial(url, protocols)
    }

    fn provide(&self, question: u32, attempt: u32) {
        self.js_provide(question, attempt);
    }

    fn open(&self, event: &Event) -> bool {
        self.js_open(event)
    }

    fn free(&self, native: &Native) {
        self.js_free(native);
    }

    fn admit(&self, connection: Connection) {
        self.js_admit(connection.0);
    }

    fn admitted(&self) {
        self.js_admitted();
    }

    fn message(&self, event: &Event) {
        self.js_message(event);
    }

    fn error(&self, event: Option<&Event>) {
        self.js_error(event);
    }

    fn close(
        &self,
        event: Option<&CloseEvent>,
        close: Close,
        cause: Cause,
        will_reconnect: bool,
        unsent: &Array,
    ) -> bool {
        self.js_close(event, close.code, cause.reason(), close.clean, will_reconnect, unsent)
    }

    fn reconnecting(&self, attempt: u32, delay: Span, cause: Cause) {
        self.js_reconnecting(attempt, millis(delay), cause as u32);
    }

    fn status(&self) {
        self.js_status();
    }

    fn ping(&self) -> JsValue {
        self.js_ping()
    }

    fn answers(&self, event: &Event) -> bool {
        self.js_pong(event)
    }

    fn should_reconnect(&self, event: Option<&CloseEvent>, close: Close, cause: Cause, attempt: u32) -> bool {
        self.js_should_reconnect(event, close.code, cause.reason(), close.clean, attempt)
    }

    fn is_reply(&self, event: &Event) -> bool {
        self.js_reply(event)
    }

    #[allow(clippy::cast_precision_loss)] // Exact up to 2^53.
    fn failed(&self, request: Request, failure: Failure) {
        self.js_failed(request.0 as f64, failure as u32);
    }

    fn drain(&self) {
        self.js_drain();
    }

    fn retry_after(&self, event: &CloseEvent) -> f64 {
        self.js_retry_after(event)
    }
}
