//! The client in Node, in seconds: over a socket that does what a test says (`socket.js`), in an order that no browser shows
//! on demand; and the suites of the browser again, over a server that is a fake, too (`server.js`).
#![cfg(target_arch = "wasm32")]

mod authenticate;
mod calls;
mod codec;
mod endings;
mod exceptions;
mod fake;
mod handlers;
mod json;
mod memory;
mod moments;
mod notifications;
mod parts;
mod protocols;
mod providers;
mod random;
mod replies;
mod server;
mod shared;
mod sinks;
#[path = "../support/mod.rs"]
mod support;
#[cfg(feature = "tracing")]
mod trace;
mod without_reconnect;

use holdfast_ws::{ReadyState, WebSocket};

fn is_open(ws: &WebSocket) -> bool {
    ws.ready_state() == ReadyState::Open
}
