//! A WebSocket for the browser that holds: it reconnects by itself, notices a dead line in seconds, and keeps what is sent
//! until it can go out.
//!
#![cfg_attr(feature = "client", doc = "```no_run")]
#![cfg_attr(not(feature = "client"), doc = "```ignore")]
//! use holdfast_ws::{Message, WebSocket};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let ws = WebSocket::new("wss://example.com/live")?;
//! ws.set_onmessage(|message| match message {
//!     // `println!` shows nothing in a browser.
//!     Message::Text(text) => web_sys::console::log_1(&text.into()),
//!     _ => {}
//! });
//! ws.send_with_str("kept until the line is up")?;
//! # Ok(())
//! # }
//! ```
//!
//! It closes when the last handle to it is dropped, so keep `ws` as long as the connection is to live.
//!
//! # Features
//!
//! * `client` (default): `WebSocket`, its builder, handlers and errors.
//! * `futures`: `WebSocket::channel()`, a `Stream` and `Sink` of messages; `events()`; `wait_open()`.
//! * `serde`: `request()`, `call()`, `send_json()`, `messages::<T>()`. Brings `futures`.
//! * `driver`: not for applications; what the npm package's own crate builds on.
//!
//! # Not in a browser
//!
//! The crate compiles for any target, so that an app that is also rendered on a server, documented or tested natively needs
//! no `cfg`. There, making a `WebSocket` is refused with `ConnectError::NotInBrowser` and nothing else can be reached. Only
//! the [`engine`] runs anywhere.
//!
//! # The house
//!
//! Storeys that each know only the one below:
//!
//! * [`engine`]: the rules, sans-I/O. No JavaScript, no clock, no randomness of its own; builds and is tested natively, and
//!   serves other transports.
//! * `driver`: the one place that touches the browser.
//! * `client`: what a Rust app uses, at the crate's root.
//!
//! The npm package's wasm module is a crate of its own beside this one, `bindings/`, on the driver.
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod engine;

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "driver")]
#[doc(hidden)]
pub mod driver;

#[cfg(feature = "client")]
pub use client::*;

/// The guide's examples, compiled.
#[cfg(all(doctest, feature = "serde"))]
#[doc = include_str!("../docs/rust.md")]
struct Guide;
