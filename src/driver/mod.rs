//! The only layer that touches the browser: it dials, sends and receives payloads, keeps the clock, and listens to the page. All
//! decisions are in the [engine](crate::engine).
//!
//! Two rules keep it safe. Nothing is borrowed across a call into JavaScript, because a listener may call back into the driver.
//! Events are dispatched in a task of the browser's, never inside a call of the application's own, as with the browser's class;
//! such calls only arm the alarm.
//!
//! For the client and for the npm package's bindings alone: its interface may change in any release.
#![allow(missing_debug_implementations)]

mod alarm;
mod clock;
mod connection;
mod dispatch;
mod host;
mod incoming;
mod lifecycle;
mod native;
mod outputs;
mod page;
mod readings;
mod requests;
mod sending;
#[cfg(feature = "client")]
mod signals;
#[cfg(all(test, target_arch = "wasm32", feature = "client"))]
mod tests;
mod time;
mod timeout;

pub use host::{BypassMode, Host, Page};
pub use lifecycle::{Driver, Refused};
pub use native::{CloseEvent, Event, Native};
pub use time::{millis, span};
#[cfg(feature = "client")]
pub use timeout::GlooTimeout;
pub use timeout::Timeout;
