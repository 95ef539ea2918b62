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
#![cfg_attr(
    docsrs,
    doc = "The [guide] has options, streams, requests, frameworks, and what to do when it doesn't compile."
)]
//!
//! # Features
//!
//! * `client` (default): `WebSocket`, its builder, handlers and errors.
//! * `futures`: `WebSocket::channel()`, a `Stream` and `Sink` of messages; `events()`; `wait_open()`, `closed()`, `drained()`.
//! * `serde`: `request()`, `call()`, `stream()`, `handle()`, `send_json()`, `messages::<T>()`. Brings `futures`.
//! * `testing`: a world for tests, with a virtual clock, page, network and servers.
//! * `driver`: not for applications; what the npm package's own crate builds on.
//!
//! # Not in a browser
//!
//! The crate compiles for any target, so an app that is also rendered on a server, documented or tested natively needs no
//! `cfg`. There, creating a `WebSocket` fails with `ConnectError::NotInBrowser`, unless a test has entered a world (feature `testing`).
//! The [`engine`] runs anywhere.
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

pub mod engine;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "driver")]
#[doc(hidden)]
pub mod driver;

#[cfg(feature = "client")]
pub use client::*;

// Its examples are compiled as tests.
#[cfg(all(any(docsrs, doctest), feature = "serde"))]
#[doc = include_str!("../docs/rust.md")]
pub mod guide {}

#[cfg(all(doctest, feature = "testing", feature = "client"))]
#[doc = include_str!("../docs/testing.md")]
mod testing_guide {}
