//! The client in Node, in seconds: over a socket that does what a test says (`socket.js`), in an order that no browser shows
//! on demand.
#![cfg(target_arch = "wasm32")]

mod exceptions;
mod fake;
mod json;
mod memory;
mod providers;
mod random;
mod replies;
mod sinks;
mod without_reconnect;
