//! The bindings of the tabs: `Machine`, one for each socket of `holdfast-ws/tabs`. No rules stand here: the machine of
//! `holdfast_ws::tabs` decides what happens, and JavaScript carries it out.
//!
//! Times are milliseconds. Payloads and resume tokens are JavaScript's own values, which the machine only passes on.

#![cfg(target_arch = "wasm32")]
#![no_std]
#![forbid(unsafe_code)]
#![allow(clippy::must_use_candidate)] // JavaScript has no such thing.
#![allow(missing_debug_implementations)]

mod outputs;
mod runtime;

use holdfast_ws::engine::{Instant, Span};
use holdfast_ws::tabs::wire::numbers::{float, whole};
use holdfast_ws::tabs::wire::read;
use holdfast_ws::tabs::{Call, Config, Request, RequestNumber, Role, Signal, Tab, TabId};
use js_sys::Array;
use wasm_bindgen::prelude::*;

/// The rules for one tab.
#[wasm_bindgen]
pub struct Machine {
    tab: Tab<JsValue, JsValue>,
}

fn at(millis: f64) -> Instant {
    Instant::from_millis_f64(millis)
}

#[wasm_bindgen]
impl Machine {
    /// A tab that joins the others. `id` and `seed` are drawn at random.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The wrapper checks it.
    pub fn new(now: f64, take_over_after: f64, replay: f64, id: f64, seed: f64, visible: bool) -> Machine {
        let config = Config {
            take_over_after: Span::from_millis_f64(take_over_after),
            replay: replay as usize,
            ..Config::default()
        };
        Machine {
            tab: Tab::new(at(now), config, TabId::new(whole(id)), whole(seed), visible),
        }
    }

    /// True if this tab holds the connection.
    pub fn leads(&self) -> bool {
        self.tab.role() == Role::Leader
    }

    /// True if this tab is attached to a hub.
    pub fn attached(&self) -> bool {
        self.tab.attached().is_some()
    }

    /// When `timeout` is due; NaN if nothing is.
    pub fn due(&self) -> f64 {
        self.tab.poll_timeout().map_or(f64::NAN, Instant::as_millis_f64)
    }

    /// The next action to execute, as an array: see `outputs.rs`.
    pub fn output(&mut self) -> Option<Array> {
        self.tab.poll_output().map(outputs::output)
    }

    /// The next event to dispatch, as an array.
    pub fn event(&mut self) -> Option<Array> {
        self.tab.poll_event().map(outputs::event)
    }

    /// A deadline has come.
    pub fn timeout(&mut self, now: f64) {
        self.tab.handle_timeout(at(now));
    }

    /// Something happens to the page: 0 visible, 1 hidden, 2 away, 3 back, 4 gone for good.
    pub fn signal(&mut self, now: f64, signal: u32) {
        let signal = match signal {
            0 => Signal::Visible,
            1 => Signal::Hidden,
            2 => Signal::Away,
            4 => Signal::Unload,
            _ => Signal::Back,
        };
        self.tab.handle_signal(at(now), signal);
    }

    /// A frame has arrived. What is none is ignored.
    pub fn frame(&mut self, now: f64, frame: &Array) {
        if let Some(frame) = read(frame) {
            self.tab.handle_frame(at(now), frame);
        }
    }

    /// The lock is granted; so many others wait for it.
    pub fn granted(&mut self, now: f64, others: usize) {
        self.tab.handle_granted(at(now), Some(others));
    }

    /// The lock was taken away.
    pub fn stolen(&mut self, now: f64) {
        self.tab.handle_stolen(at(now));
    }

    /// The holder of the lock: 0 for nobody.
    pub fn holder(&mut self, now: f64, holder: f64, date: f64) {
        let holder = (holder > 0.0).then(|| TabId::new(whole(holder)));
        self.tab.handle_holder(at(now), holder, whole(date));
    }

    /// Sends a message of so many bytes.
    pub fn send(&mut self, now: f64, payload: JsValue, bytes: f64) {
        self.tab.send(at(now), payload, whole(bytes));
    }

    /// Sends a request, and returns its number; 0 if the tab has left. `wire` is its number in the application's protocol.
    pub fn request(&mut self, now: f64, payload: JsValue, bytes: f64, wire: f64, timeout: f64, streams: bool) -> f64 {
        let request = Request {
            wire: whole(wire),
            timeout: Span::from_millis_f64(timeout),
            retry: false,
            streams,
            // The npm package has one protocol for all requests.
            kind: 0,
        };
        let number = self.tab.request(at(now), payload, whole(bytes), request);
        number.map_or(0.0, |number| float(number.get()))
    }

    /// The reply to a request is no longer wanted.
    pub fn abort(&mut self, now: f64, request: f64) {
        self.tab.abort(at(now), RequestNumber::new(whole(request)));
    }

    /// The tab answers calls of these methods from now on, and no others.
    pub fn handles(&mut self, now: f64, methods: &Array) {
        self.tab.set_methods(at(now), methods.to_vec());
    }

    /// The tab leaves.
    pub fn leave(&mut self, now: f64) {
        self.tab.leave(at(now));
    }

    /// The tab leaves when all that it has sent is handed over, and after so long in any case. `everyone` is undefined unless the
    /// connection is closed for all.
    pub fn leave_when_sent(&mut self, now: f64, wait: f64, everyone: JsValue) {
        let everyone = (!everyone.is_undefined()).then_some(everyone);
        self.tab.leave_when_sent(at(now), Span::from_millis_f64(wait), everyone);
    }

    /// The connection takes messages from now on, or no longer.
    pub fn ready(&mut self, now: f64, ready: bool) {
        self.tab.handle_ready(at(now), ready);
    }

    /// True if the connection would send a message at once.
    pub fn sendable(&mut self, now: f64, sendable: bool) {
        self.tab.handle_sendable(at(now), sendable);
    }

    /// The state of the connection has changed.
    pub fn state(&mut self, now: f64, state: JsValue) {
        self.tab.handle_state(at(now), state);
    }

    /// So many bytes are in the connection's buffer.
    pub fn buffered(&mut self, now: f64, bytes: f64) {
        self.tab.handle_buffered(at(now), whole(bytes));
    }

    /// The bytes of this tab that no hub has begun to hand over, and those of all tabs that are in the connection's buffer.
    pub fn waiting(&self) -> f64 {
        float(self.tab.unsent_bytes() + self.tab.buffered())
    }

    /// A message of the server of so many bytes, with its resume token.
    pub fn message(&mut self, now: f64, payload: JsValue, bytes: f64, token: JsValue) {
        let token = (!token.is_undefined()).then_some(token);
        self.tab.handle_message(at(now), payload, whole(bytes), token);
    }

    /// True if replies are expected.
    pub fn expects_replies(&self) -> bool {
        self.tab.expects_replies()
    }

    /// True if a reply is expected to the request with this number in the application's protocol.
    pub fn expects(&self, wire: f64) -> bool {
        self.tab.expected(whole(wire)).is_some()
    }

    /// The reply to the request with this number in the application's protocol. `ends` if no parts follow in any case.
    pub fn reply(&mut self, now: f64, wire: f64, payload: JsValue, ends: bool) {
        self.tab.handle_reply(at(now), whole(wire), payload, ends);
    }

    /// A call of the server. `id` is undefined for a batch.
    pub fn call(&mut self, now: f64, payload: JsValue, bytes: f64, method: JsValue, id: JsValue, token: JsValue) {
        let id = (!id.is_undefined()).then_some(id);
        let token = (!token.is_undefined()).then_some(token);
        let call = Call { id, method, payload };
        self.tab.handle_call(at(now), call, whole(bytes), token);
    }

    /// True if an answer of a tab may have to be held back.
    pub fn awaits_answers(&self) -> bool {
        self.tab.awaits_answers()
    }

    /// Returns false if a tab's answer to the call with this `id` must not go out.
    pub fn admits_answer(&mut self, tab: f64, id: JsValue) -> bool {
        self.tab.admits_answer(TabId::new(whole(tab)), id)
    }

    /// A tab that is watched seems to be gone.
    pub fn gone(&mut self, now: f64, tab: f64) {
        self.tab.handle_gone(at(now), TabId::new(whole(tab)));
    }

    /// The result of a lookup: is the tab there?
    pub fn presence(&mut self, now: f64, tab: f64, present: bool) {
        self.tab.handle_presence(at(now), TabId::new(whole(tab)), present);
    }
}
