//! One connection for all tabs, in a real browser, with the feature `tabs`. The tabs are clients in one page, and in workers of its origin.
#![cfg(target_arch = "wasm32")]

#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

mod options;
mod pages;
mod requests;
mod tabs;
mod waits;
mod workers;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);
