//! A WebSocket for browsers that stays connected: it reconnects by itself, detects a dead connection in seconds, and queues
//! messages until they can be sent.
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
//! ws.send_with_str("queued until the connection is open")?;
//! # Ok(())
//! # }
//! ```
//!
//! The socket closes when its last handle is dropped, so keep `ws` as long as you need the connection.
//!
#![cfg_attr(feature = "serde", doc = include_str!("../docs/rust.md"))]
#![cfg_attr(
    not(feature = "serde"),
    doc = "The guide is here if the documentation is made with the feature `serde`: `cargo doc --all-features`."
)]
//!
//! # Layers
//!
//! A layer depends only on those before it:
//!
//! * [`engine`]: the rules, as a state machine without I/O (sans-I/O). It has no JavaScript, no clock and no randomness of its own,
//!   and serves other transports too.
//! * `driver`: executes what the engine asks for, on a platform: a clock, one timer, a socket, the page. It has no JavaScript either.
//! * `client`: the API for Rust apps, at the crate's root, and the browser as the driver's platform.
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

extern crate alloc;
// A simulation catches panics.
#[cfg(feature = "testing")]
extern crate std;

#[cfg(feature = "channels-rules")]
#[doc(hidden)]
pub mod channels;
pub mod engine;
#[cfg(feature = "outbox-rules")]
#[doc(hidden)]
pub mod outbox;
#[cfg(feature = "tabs-rules")]
#[doc(hidden)]
pub mod tabs;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "driver")]
#[doc(hidden)]
pub mod driver;

#[cfg(feature = "client")]
pub use client::*;
