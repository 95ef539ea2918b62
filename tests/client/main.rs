//! The client in a real browser, with no feature but its own.
#![cfg(target_arch = "wasm32")]

#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

mod connection;
mod handles;
mod messages;
mod providers;

use holdfast_ws::{ReadyState, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

fn is_open(ws: &WebSocket) -> bool {
    ws.ready_state() == ReadyState::Open
}
