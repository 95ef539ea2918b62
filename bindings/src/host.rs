//! The wrapper's side of a socket, as the driver wants to speak to it. Its methods never throw, `dial` apart.

use wasm_bindgen::prelude::*;

use super::numbers::BypassMode;
use super::timeout::BoundTimeout;
use holdfast_ws::driver::{self, CloseEvent, Event, Native, Page, millis};
use holdfast_ws::engine::{Close, CloseCause, ConnectionId, Failure, RequestId, RetryCause, Span, Status};

#[wasm_bindgen]
extern "C" {
    /// The wrapper's object for one socket; see `pkg-template/src/socket/host.ts`.
    pub type Host;

    /// 1 if there is surely no network, 2 more if the page is hidden.
    #[wasm_bindgen(method, js_name = _watch)]
    fn js_watch(this: &Host, on: bool) -> u32;
    #[wasm_bindgen(method, js_name = _busy)]
    fn js_busy(this: &Host) -> bool;
    #[wasm_bindgen(method, js_name = _watchAbandoned)]
    fn js_watch_abandoned(this: &Host, native: &Native) -> bool;
    /// The option at an [`OptionIndex`](super::numbers::OptionIndex).
    #[wasm_bindgen(method, js_name = _option)]
    pub(super) fn option(this: &Host, index: u32) -> f64;
    #[wasm_bindgen(method, js_name = _dial)]
    fn js_dial(this: &Host) -> Option<Native>;
    #[wasm_bindgen(method, js_name = _resolveUrl)]
    fn js_resolve_url(this: &Host, question: u32, attempt: u32);
    #[wasm_bindgen(method, js_name = _dispatchOpen)]
    fn js_dispatch_open(this: &Host, event: &Event) -> bool;
    #[wasm_bindgen(method, js_name = _setMessageListener)]
    fn js_set_message_listener(this: &Host, native: &Native, ear: &JsValue);
    /// 0 for no bypass, else a sum of [`BypassMode`].
    #[wasm_bindgen(method, js_name = _setBypass)]
    fn js_set_bypass(this: &Host, mode: u32) -> bool;
    #[wasm_bindgen(method, js_name = _lastBypassedAt)]
    fn js_last_bypassed_at(this: &Host, answer: bool) -> f64;
    /// For so many milliseconds; NaN: not any more.
    #[wasm_bindgen(method, js_name = _allowDirectSend)]
    fn js_allow_direct_send(this: &Host, trusted: f64);
    #[wasm_bindgen(method, js_name = _setAlarm)]
    fn js_set_alarm(this: &Host, at: f64);
    #[wasm_bindgen(method, js_name = _authenticate)]
    fn js_authenticate(this: &Host, connection: u32);
    #[wasm_bindgen(method, js_name = _authenticated)]
    fn js_authenticated(this: &Host);
    #[wasm_bindgen(method, js_name = _dispatchMessage)]
    fn js_dispatch_message(this: &Host, event: &Event);
    #[wasm_bindgen(method, js_name = _dispatchError)]
    fn js_dispatch_error(this: &Host, event: Option<&Event>);
    #[wasm_bindgen(method, js_name = _recordClose)]
    fn js_record_close(this: &Host, event: &CloseEvent) -> f64;
    #[wasm_bindgen(method, js_name = _unsent)]
    fn js_unsent(this: &Host, payload: JsValue);
    #[wasm_bindgen(method, js_name = _dispatchExpired)]
    fn js_dispatch_expired(this: &Host);
    #[wasm_bindgen(method, js_name = _dispatchClose)]
    fn js_dispatch_close(this: &Host, code: u16, cause: u32, will_reconnect: bool) -> bool;
    #[wasm_bindgen(method, js_name = _dispatchReconnecting)]
    fn js_dispatch_reconnecting(this: &Host, attempt: u32, delay: f64, cause: u32);
    #[wasm_bindgen(method, js_name = _dispatchStatus)]
    fn js_dispatch_status(this: &Host, status: u32);
    #[wasm_bindgen(method, js_name = _ping)]
    fn js_ping(this: &Host) -> JsValue;
    #[wasm_bindgen(method, js_name = _isPong)]
    fn js_is_pong(this: &Host, event: &Event) -> bool;
    #[wasm_bindgen(method, js_name = _shouldReconnect)]
    fn js_should_reconnect(this: &Host, code: u16, cause: u32, attempt: u32, would_reconnect: bool) -> bool;
    #[wasm_bindgen(method, js_name = _routeReply)]
    fn js_route_reply(this: &Host, event: &Event) -> bool;
    #[wasm_bindgen(method, js_name = _failRequest)]
    fn js_fail_request(this: &Host, request: f64, failure: u32, sent: bool);
    #[wasm_bindgen(method, js_name = _drain)]
    fn js_drain(this: &Host);
}

impl driver::Host for Host {
    type Timeout = BoundTimeout;

    fn watch(&self, on: bool) -> Option<Page> {
        let page = self.js_watch(on);
        Some(Page {
            offline: page & 1 > 0,
            hidden: page & 2 > 0,
        })
    }

    fn is_busy(&self) -> bool {
        self.js_busy()
    }

    fn lingers(&self, native: &Native) -> bool {
        self.js_watch_abandoned(native)
    }

    fn dial(&self) -> Option<Native> {
        self.js_dial()
    }

    fn provide(&self, question: u32, attempt: u32) {
        self.js_resolve_url(question, attempt);
    }

    fn open(&self, event: &Event) -> bool {
        self.js_dispatch_open(event)
    }

    fn allow_direct_send(&self, trusted: Option<f64>) {
        self.js_allow_direct_send(trusted.unwrap_or(f64::NAN));
    }

    fn set_message_listener(&self, native: &Native, ear: &JsValue) {
        self.js_set_message_listener(native, ear);
    }

    fn set_bypass(&self, mode: Option<driver::BypassMode>) -> bool {
        self.js_set_bypass(mode.map_or(0, |driver::BypassMode { time, replies }| {
            BypassMode::On as u32
                + u32::from(time) * BypassMode::Time as u32
                + u32::from(replies) * BypassMode::Replies as u32
        }))
    }

    fn last_bypassed_at(&self, answer: bool) -> f64 {
        self.js_last_bypassed_at(answer)
    }

    fn alarm(&self, at: f64) {
        self.js_set_alarm(at);
    }

    fn authenticate(&self, connection: ConnectionId) {
        self.js_authenticate(connection.get());
    }

    fn authenticated(&self) {
        self.js_authenticated();
    }

    fn message(&self, event: &Event) {
        self.js_dispatch_message(event);
    }

    fn error(&self, event: Option<&Event>) {
        self.js_dispatch_error(event);
    }

    fn ended(&self, event: &CloseEvent) -> f64 {
        self.js_record_close(event)
    }

    fn unsent(&self, payload: JsValue) {
        self.js_unsent(payload);
    }

    fn expired(&self) {
        self.js_dispatch_expired();
    }

    fn close(&self, close: Close, cause: CloseCause, will_reconnect: bool) -> bool {
        self.js_dispatch_close(close.code, cause as u32, will_reconnect)
    }

    fn reconnecting(&self, attempt: u32, delay: Span, cause: RetryCause) {
        self.js_dispatch_reconnecting(attempt, millis(delay), cause as u32);
    }

    fn status(&self, status: Status) {
        self.js_dispatch_status(status as u32);
    }

    fn ping(&self) -> JsValue {
        self.js_ping()
    }

    fn is_pong(&self, event: &Event) -> bool {
        self.js_is_pong(event)
    }

    fn should_reconnect(&self, close: Close, cause: CloseCause, attempt: u32, would_reconnect: bool) -> bool {
        self.js_should_reconnect(close.code, cause as u32, attempt, would_reconnect)
    }

    fn is_reply(&self, event: &Event) -> bool {
        self.js_route_reply(event)
    }

    #[allow(clippy::cast_precision_loss)] // Exact up to 2^53.
    fn failed(&self, request: RequestId, failure: Failure, sent: bool) {
        self.js_fail_request(request.get() as f64, failure as u32, sent);
    }

    fn drain(&self) {
        self.js_drain();
    }
}
