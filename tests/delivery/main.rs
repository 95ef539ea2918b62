//! The outbox of Rust apps: its behaviour in a world with a virtual clock, and its store in a real browser.

#[cfg(not(target_arch = "wasm32"))]
mod failing;
#[cfg(target_arch = "wasm32")]
mod indexed_db;
#[cfg(not(target_arch = "wasm32"))]
mod outbox;
#[cfg(not(target_arch = "wasm32"))]
mod receive;
#[cfg(not(target_arch = "wasm32"))]
mod scene;
#[cfg(target_arch = "wasm32")]
#[path = "../support/server.rs"]
mod server;
#[cfg(target_arch = "wasm32")]
#[path = "../support/mod.rs"]
mod support;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
