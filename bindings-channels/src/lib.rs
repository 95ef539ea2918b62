//! The bindings of the channels: `Machine`, one for each `Channels` of `holdfast-ws/channels`. No rules stand here: the machine of
//! `holdfast_ws::channels` and its adapter decide what happens, and JavaScript carries it out.
//!
//! Times are milliseconds. Numbers are below 2^53: identifiers count from 1, and offsets are what brokers number messages with.

#![cfg(target_arch = "wasm32")]
#![forbid(unsafe_code)]
#![allow(clippy::must_use_candidate)] // JavaScript has no such thing.
#![allow(missing_debug_implementations)]

mod outputs;
mod values;

use holdfast_ws::channels::{
    Adapter, ChannelConfig, ChannelId, Config, Connected, HistoryRange, HolderId, Identity, Payload, QuestionId,
    RequestId, Response,
};
use holdfast_ws::engine::{Instant, Span};
use js_sys::Array;
use wasm_bindgen::prelude::*;

use self::values::{float, payload, position, whole};

/// The rules for one connection.
#[wasm_bindgen]
pub struct Machine {
    connected: Connected<Box<dyn Adapter>>,
}

fn at(millis: f64) -> Instant {
    Instant::from_millis_f64(millis)
}

fn channel(number: f64) -> ChannelId {
    ChannelId::new(whole(number))
}

fn question(number: f64) -> QuestionId {
    QuestionId::new(whole(number))
}

fn span(millis: f64) -> Option<Span> {
    (!millis.is_nan()).then(|| Span::from_millis_f64(millis))
}

impl Machine {
    /// A machine with this adapter. `seed` is drawn at random.
    pub fn with(now: f64, seed: f64, adapter: impl Adapter + 'static) -> Machine {
        let adapter: Box<dyn Adapter> = Box::new(adapter);
        Machine {
            connected: Connected::new(at(now), Config::default(), adapter, whole(seed)),
        }
    }
}

#[wasm_bindgen]
impl Machine {
    /// The broker's abilities, as an array: see `outputs.rs`.
    pub fn can(&self) -> Array {
        outputs::can(self.connected.adapter().can())
    }

    /// The WebSocket's subprotocol.
    pub fn subprotocol(&self) -> Option<String> {
        self.connected.adapter().subprotocol().map(Into::into)
    }

    /// True if the application is to be asked for the connection's token before the next attempt.
    pub fn needs_token(&self, now: f64) -> bool {
        self.connected.needs_token(at(now))
    }

    /// The application's token for the connection, good for so long; NaN if that is not known.
    pub fn login(&mut self, now: f64, token: String, lifetime: f64) {
        self.connected.handle_token(at(now), token, span(lifetime));
    }

    /// An attempt to connect begins. Returns its URL; none if no connection is needed.
    pub fn dial(&mut self, now: f64, base: &str) -> Option<String> {
        self.connected.dial(at(now), base)
    }

    /// The connection is open.
    pub fn opened(&mut self, now: f64) {
        self.connected.handle_open(at(now));
    }

    /// The connection has ended, or an attempt has failed. `follows` if another one follows by itself.
    pub fn closed(&mut self, now: f64, follows: bool) {
        self.connected.handle_closed(at(now), follows);
    }

    /// A message has come: text or bytes.
    pub fn message(&mut self, now: f64, data: &JsValue) {
        self.connected.handle_message(at(now), payload(data));
    }

    /// An HTTP request has its response.
    pub fn response(&mut self, now: f64, request: f64, status: u16, body: String) {
        let body = Payload::Text(body);
        let response = Ok(Response { status, body });
        self.connected
            .handle_response(at(now), RequestId::new(whole(request)), response);
    }

    /// An HTTP request has failed.
    pub fn failed(&mut self, now: f64, request: f64, reason: String) {
        self.connected
            .handle_response(at(now), RequestId::new(whole(request)), Err(reason));
    }

    /// When `timeout` is due; NaN if nothing is.
    pub fn due(&self) -> f64 {
        self.connected.poll_timeout().map_or(f64::NAN, Instant::as_millis_f64)
    }

    /// A deadline has come.
    pub fn timeout(&mut self, now: f64) {
        self.connected.handle_timeout(at(now));
    }

    /// The next action to execute, as an array: see `outputs.rs`.
    pub fn output(&mut self, now: f64) -> Option<Array> {
        self.connected.poll_output(at(now)).map(outputs::action)
    }

    /// The next event to dispatch, as an array.
    pub fn event(&mut self) -> Option<Array> {
        self.connected.poll_event().map(outputs::event)
    }

    /// Uses a channel. Returns its number and the holder's; none if the page is a member of it as another user. The position is undefined or an array, the time NaN for none.
    #[allow(clippy::too_many_arguments)]
    pub fn join(
        &mut self,
        now: f64,
        name: &str,
        since: &JsValue,
        history: u32,
        since_time: f64,
        loads: bool,
        authorizes: bool,
        grace: f64,
        user: Option<String>,
        data: &JsValue,
    ) -> Option<Array> {
        let config = ChannelConfig {
            since: position(since),
            history,
            since_time: (!since_time.is_nan()).then_some(since_time),
            loads,
            authorizes,
            grace: Span::from_millis_f64(grace),
            identity: user.map(|user| Identity {
                user,
                data: payload(data),
            }),
        };
        let joined = self.connected.bus_mut().join(at(now), name, config).ok();
        joined.map(|(id, holder)| Array::of2(&float(id.get()), &float(holder.get())))
    }

    /// A holder no longer uses the channel.
    pub fn leave(&mut self, now: f64, id: f64, holder: f64) {
        let holder = HolderId::new(whole(holder));
        self.connected.bus_mut().leave(at(now), channel(id), holder);
    }

    /// Leaves all channels at once.
    pub fn leave_all(&mut self) {
        self.connected.bus_mut().leave_all();
    }

    /// Tries a refused channel again.
    pub fn retry(&mut self, now: f64, id: f64) {
        self.connected.bus_mut().retry(at(now), channel(id));
    }

    /// Publishes a message, and returns its number.
    pub fn publish(&mut self, now: f64, name: &str, data: &JsValue) -> JsValue {
        let publication = self.connected.bus_mut().publish(at(now), name, payload(data));
        float(publication.get())
    }

    /// Asks for messages of before, and returns the question's number.
    pub fn history(&mut self, now: f64, name: &str, limit: u32, before: &JsValue) -> JsValue {
        let range = HistoryRange {
            limit,
            before: position(before),
        };
        float(self.connected.bus_mut().ask_history(at(now), name, range).get())
    }

    /// The application's token for a channel, good for so long; NaN if that is not known.
    pub fn token(&mut self, now: f64, id: f64, asked: f64, token: String, lifetime: f64) {
        let (token, lifetime) = (Payload::Text(token), span(lifetime));
        let bus = self.connected.bus_mut();
        bus.handle_token(at(now), channel(id), question(asked), token, lifetime);
    }

    /// The application gave no token.
    pub fn no_token(&mut self, now: f64, id: f64, asked: f64, reason: Option<String>) {
        let bus = self.connected.bus_mut();
        bus.handle_no_token(at(now), channel(id), question(asked), reason.map(Payload::Text));
    }

    /// True if the load with this number still counts.
    pub fn loading(&self, id: f64, asked: f64) -> bool {
        self.connected.bus().is_loading(channel(id), question(asked))
    }

    /// The holders that load their state.
    pub fn loaders(&self, id: f64) -> Array {
        let loaders = self.connected.bus().loaders(channel(id));
        loaders.map(|holder| float(holder.get())).collect()
    }

    /// The holder that is asked for the channel's token.
    pub fn authorizer(&self, id: f64) -> JsValue {
        let holder = self.connected.bus().authorizer(channel(id));
        holder.map_or(JsValue::UNDEFINED, |holder| float(holder.get()))
    }

    /// These holders have loaded their states, each as of a position.
    pub fn loaded(&mut self, now: f64, id: f64, asked: f64, holders: &Array, positions: &Array) {
        let holders = holders.iter().filter_map(|holder| holder.as_f64());
        let holders = holders.map(|holder| HolderId::new(whole(holder)));
        let states: Vec<_> = holders.zip(positions.iter().map(|of| position(&of))).collect();
        let bus = self.connected.bus_mut();
        bus.handle_all_loaded(at(now), channel(id), question(asked), &states);
    }

    /// The application could not load its state.
    pub fn not_loaded(&mut self, now: f64, id: f64, asked: f64) {
        let bus = self.connected.bus_mut();
        bus.handle_not_loaded(at(now), channel(id), question(asked));
    }

    /// The last message that a channel has dispatched, as an array.
    pub fn position(&self, id: f64) -> JsValue {
        values::position_value(self.connected.bus().position(channel(id)))
    }

    /// The users in a channel, each followed by its data.
    pub fn members(&self, id: f64) -> Array {
        let all = Array::new();
        for (user, data) in self.connected.bus().members(channel(id)) {
            all.push(&user.into());
            all.push(&values::payload_value(data));
        }
        all
    }
}
