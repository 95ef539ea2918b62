//! The network and the peer of `socket.js`, told from Rust.

use std::time::Duration;

use holdfast_ws::{Builder, Reconnect, WebSocket};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// One native socket, as its peer and its network have it.
    pub(crate) type Peer;
    #[wasm_bindgen(method)]
    pub(crate) fn open(this: &Peer);
    #[wasm_bindgen(method)]
    pub(crate) fn hear(this: &Peer, data: &JsValue);
    #[wasm_bindgen(method)]
    pub(crate) fn fail(this: &Peer);
    #[wasm_bindgen(method)]
    pub(crate) fn closing(this: &Peer);
    #[wasm_bindgen(method)]
    pub(crate) fn end(this: &Peer, code: u16);
    #[wasm_bindgen(method)]
    pub(crate) fn listeners(this: &Peer) -> u32;
    #[wasm_bindgen(method, setter)]
    pub(crate) fn set_buffered(this: &Peer, bytes: f64);
}

/// Runs JavaScript.
pub(crate) fn js(code: &str) -> JsValue {
    js_sys::eval(code).unwrap_or_else(|error| panic!("{code}: {error:?}"))
}

/// Puts the fake in the place of the browser's class, without any socket yet.
pub(crate) fn fresh() {
    js(include_str!("socket.js"));
}

/// Turns a property of `fake` on or off: `refuses`, `stuck`, `deaf`.
pub(crate) fn set(name: &str, on: bool) {
    js(&format!("fake.{name} = {on}"));
}

/// The peer of the socket that was made last.
pub(crate) fn peer() -> Peer {
    js("fake.sockets.at(-1)").unchecked_into()
}

/// Returns the messages sent by all sockets, in order: text as it is, bytes as `[1,2]`.
pub(crate) fn sent() -> Vec<String> {
    let all: js_sys::Array = js("fake.sockets.flatMap((socket) => socket.sent)").unchecked_into();
    all.iter().filter_map(|text| text.as_string()).collect()
}

pub(crate) fn hear(text: &str) {
    peer().hear(&JsValue::from_str(text));
}

pub(crate) async fn sleep(millis: u32) {
    gloo_timers::future::TimeoutFuture::new(millis).await;
}

/// Waits until `holds`, for ten seconds at most.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        sleep(10).await;
    }
    panic!("waited ten seconds for: {what}");
}

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Options for a socket that makes no second attempt in the time of a test, unless it is told to.
pub(crate) fn patient() -> Builder {
    let minute = Reconnect::new().min_delay(ms(60_000)).max_delay(ms(60_000));
    WebSocket::builder("ws://fake/").reconnect(minute)
}

/// Such a socket, connecting.
pub(crate) fn connecting() -> WebSocket {
    fresh();
    patient().connect().expect("a good URL")
}

/// Such a socket, open.
pub(crate) fn opened() -> WebSocket {
    let ws = connecting();
    peer().open();
    ws
}

/// The `id` of the request that was sent last.
pub(crate) fn last_id() -> u64 {
    let last = sent().pop().expect("a request");
    let rest = last.strip_prefix("{\"id\":").expect("the id is first");
    let end = rest.find([',', '}']).expect("its end");
    rest[..end].parse().expect("a number")
}
