//! The wrapper's functions, and the driver's host made of them.
//!
//! Only numbers cross the boundary. Sockets, payloads, events and timers stay in the wrapper. The core runs only within a call of the
//! wrapper's, so each function is about the socket that the call was made for, and about the event that it brought.

use wasm_bindgen::prelude::*;

use super::numbers::BypassMode;
use holdfast_ws::driver::{self, Page, Platform, millis, requested_delay};
use holdfast_ws::engine::{Close, CloseCause, ConnectionId, Failure, ReadyState, RequestId, RetryCause, Span, Status};

// Of `i32`, `f64` and `bool` results alone: these need no glue, so the wasm imports the wrapper's methods by their names.
#[wasm_bindgen(raw_module = "host")]
extern "C" {
    /// The option at an [`OptionIndex`](super::numbers::OptionIndex).
    #[wasm_bindgen(js_name = _option)]
    pub(super) fn option(index: i32) -> f64;

    #[wasm_bindgen(js_name = _now)]
    fn now() -> f64;
    #[wasm_bindgen(js_name = _wallTime)]
    fn wall_time() -> f64;
    #[wasm_bindgen(js_name = _random)]
    fn random() -> f64;
    #[wasm_bindgen(js_name = _setTimer)]
    fn set_timer(millis: i32) -> i32;
    #[wasm_bindgen(js_name = _clearTimer)]
    fn clear_timer();
    /// 1 if there is surely no network, 2 more if the page is hidden.
    #[wasm_bindgen(js_name = _watchPage)]
    fn watch_page(on: i32) -> i32;

    #[wasm_bindgen(js_name = _dial)]
    fn dial(id: i32) -> i32;
    /// 4 if there has been no socket.
    #[wasm_bindgen(js_name = _readyState)]
    fn ready_state() -> i32;
    #[wasm_bindgen(js_name = _bufferedAmount)]
    fn buffered_amount() -> f64;
    #[wasm_bindgen(js_name = _transmit)]
    fn transmit(payload: f64) -> i32;
    #[wasm_bindgen(js_name = _abandon)]
    fn abandon() -> i32;

    #[wasm_bindgen(js_name = _resolveUrl)]
    fn resolve_url(id: i32, attempt: i32);
    #[wasm_bindgen(js_name = _dispatchOpen)]
    fn dispatch_open() -> i32;
    /// 0 for no bypass, else a sum of [`BypassMode`].
    #[wasm_bindgen(js_name = _setBypass)]
    fn set_bypass(mode: i32);
    #[wasm_bindgen(js_name = _lastBypassedAt)]
    fn last_bypassed_at(pong: i32) -> f64;
    /// Allows direct sends for this many milliseconds; NaN ends this.
    #[wasm_bindgen(js_name = _allowDirectSend)]
    fn allow_direct_send(duration: f64);
    #[wasm_bindgen(js_name = _authenticate)]
    fn authenticate(connection: i32);
    #[wasm_bindgen(js_name = _authenticated)]
    fn authenticated();
    #[wasm_bindgen(js_name = _dispatchMessage)]
    fn dispatch_message();
    #[wasm_bindgen(js_name = _dispatchError)]
    fn dispatch_error();
    /// Of a failure that the browser has no event for.
    #[wasm_bindgen(js_name = _dispatchOwnError)]
    fn dispatch_own_error();
    /// Returns the delay that the server asked for.
    #[wasm_bindgen(js_name = _recordClose)]
    fn record_close() -> f64;
    #[wasm_bindgen(js_name = _unsent)]
    fn unsent(payload: f64);
    #[wasm_bindgen(js_name = _dispatchExpired)]
    fn dispatch_expired();
    #[wasm_bindgen(js_name = _dispatchClose)]
    fn dispatch_close(code: i32, cause: i32, will_reconnect: i32) -> i32;
    #[wasm_bindgen(js_name = _dispatchReconnecting)]
    fn dispatch_reconnecting(attempt: i32, delay: f64, cause: i32);
    #[wasm_bindgen(js_name = _dispatchStatus)]
    fn dispatch_status(status: i32);
    /// A payload; 0 for none.
    #[wasm_bindgen(js_name = _ping)]
    fn ping() -> f64;
    #[wasm_bindgen(js_name = _isPong)]
    fn is_pong() -> i32;
    #[wasm_bindgen(js_name = _shouldReconnect)]
    fn should_reconnect(code: i32, cause: i32, attempt: i32, would_reconnect: i32) -> i32;
    #[wasm_bindgen(js_name = _routeReply)]
    fn route_reply() -> i32;
    #[wasm_bindgen(js_name = _failRequest)]
    fn fail_request(request: f64, failure: i32, sent: i32);
    #[wasm_bindgen(js_name = _isBusy)]
    fn busy() -> i32;
    #[wasm_bindgen(js_name = _onDrain)]
    fn drain();
}

/// The socket that the wrapper has called the core for.
#[derive(Debug)]
pub(super) struct Host;

impl Platform for Host {
    /// A number in the wrapper's table of payloads. That of a request is the request's own number.
    type Payload = f64;
    /// The number that comes with an event: the code of a `close` event.
    type Event = f64;
    type Exception = ();

    fn now(&self) -> f64 {
        now()
    }

    fn wall_time(&self) -> f64 {
        wall_time()
    }

    fn random(&self) -> f64 {
        random()
    }

    fn set_timer(&self, millis: i32) -> bool {
        set_timer(millis) != 0
    }

    fn clear_timer(&self) {
        clear_timer();
    }

    fn watch_page(&self, on: bool) -> Page {
        let page = watch_page(on.into());
        Page {
            offline: page & 1 > 0,
            hidden: page & 2 > 0,
        }
    }

    fn dial(&self, id: ConnectionId) -> bool {
        dial(number(id.get())) != 0
    }

    fn ready_state(&self) -> Option<ReadyState> {
        match ready_state() {
            0 => Some(ReadyState::Connecting),
            1 => Some(ReadyState::Open),
            2 => Some(ReadyState::Closing),
            3 => Some(ReadyState::Closed),
            _ => None,
        }
    }

    fn buffered_amount(&self) -> f64 {
        buffered_amount()
    }

    fn transmit(&self, payload: &f64) -> Result<(), ()> {
        if transmit(*payload) != 0 { Ok(()) } else { Err(()) }
    }

    fn abandon(&self) -> bool {
        abandon() != 0
    }
}

impl driver::Host for Host {
    fn provide(&self, question: u32, attempt: u32) {
        resolve_url(number(question), number(attempt));
    }

    fn open(&self, _: &f64) -> bool {
        dispatch_open() != 0
    }

    fn allow_direct_send(&self, trusted: Option<f64>) {
        allow_direct_send(trusted.unwrap_or(f64::NAN));
    }

    fn set_bypass(&self, mode: Option<driver::BypassMode>) -> bool {
        set_bypass(mode.map_or(0, |driver::BypassMode { time, replies }| {
            BypassMode::On as i32
                + i32::from(time) * BypassMode::Time as i32
                + i32::from(replies) * BypassMode::Replies as i32
        }));
        true
    }

    fn last_bypassed_at(&self, answer: bool) -> f64 {
        last_bypassed_at(answer.into())
    }

    fn authenticate(&self, connection: ConnectionId) {
        authenticate(number(connection.get()));
    }

    fn authenticated(&self) {
        authenticated();
    }

    fn message(&self, _: &f64) {
        dispatch_message();
    }

    fn error(&self, event: Option<&f64>) {
        if event.is_some() {
            dispatch_error();
        } else {
            dispatch_own_error();
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A code of a `CloseEvent`.
    fn ended(&self, code: &f64) -> Close {
        Close {
            code: *code as u16,
            retry_after: requested_delay(record_close()),
            // Not read: the wrapper dispatches the browser's own event, which has `wasClean`.
            clean: false,
        }
    }

    fn unsent(&self, payload: f64) {
        unsent(payload);
    }

    fn expired(&self) {
        dispatch_expired();
    }

    fn close(&self, close: Close, cause: CloseCause, will_reconnect: bool) -> bool {
        dispatch_close(close.code.into(), cause as i32, will_reconnect.into()) != 0
    }

    fn reconnecting(&self, attempt: u32, delay: Span, cause: RetryCause) {
        dispatch_reconnecting(number(attempt), millis(delay), cause as i32);
    }

    fn status(&self, status: Status) {
        dispatch_status(status as i32);
    }

    fn ping(&self) -> Option<f64> {
        Some(ping()).filter(|&payload| payload != 0.0)
    }

    fn is_pong(&self, _: &f64) -> bool {
        is_pong() != 0
    }

    fn should_reconnect(&self, close: Close, cause: CloseCause, attempt: u32, would_reconnect: bool) -> bool {
        should_reconnect(close.code.into(), cause as i32, number(attempt), would_reconnect.into()) != 0
    }

    fn is_reply(&self, _: &f64) -> bool {
        route_reply() != 0
    }

    #[allow(clippy::cast_precision_loss)] // Exact up to 2^53.
    fn failed(&self, request: RequestId, failure: Failure, sent: bool) {
        fail_request(request.get() as f64, failure as i32, sent.into());
    }

    fn is_busy(&self) -> bool {
        busy() != 0
    }

    fn drain(&self) {
        drain();
    }
}

/// A count as a signed number for JavaScript. No count comes near its limit.
const fn number(count: u32) -> i32 {
    count.cast_signed()
}
