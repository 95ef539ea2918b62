//! Streams and sinks in a real browser, with the feature `futures` and no other.
#![cfg(target_arch = "wasm32")]

#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

mod streams;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);
