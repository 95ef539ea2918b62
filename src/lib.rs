//! A WebSocket for the browser that holds: it reconnects by itself, notices a dead line in seconds, and keeps what is sent
//! until it can go out.
//!
//! Three storeys, each knowing only the one below:
//!
//! * [`engine`]: the rules, sans-I/O. No JavaScript, no clock, no randomness of its own; builds and is tested natively.
//! * `driver`: the one place that touches the browser (wasm only, feature `export`).
//! * `export`: what the npm package imports (wasm only, feature `export`).
#![cfg_attr(all(target_arch = "wasm32", feature = "standalone"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod engine;

#[cfg(all(target_arch = "wasm32", feature = "export"))]
mod driver;
#[cfg(all(target_arch = "wasm32", feature = "export"))]
mod export;
