//! Requests and typed messages in a real browser, with the feature `serde`.
#![cfg(target_arch = "wasm32")]

#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

mod requests;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);
