//! Connects an [engine](crate::engine), which decides, to a [`Platform`], which acts: it executes the engine's outputs, reports what
//! happens, and dispatches events to a [`Host`]. It has no types of JavaScript, so it runs natively too, over a fake platform.
//!
//! Two rules keep it safe. Nothing is borrowed across a call to the platform or the host, because any may call back into the driver.
//! Events are dispatched in a task of the browser's, never inside a call of the application's own, as with the browser's class;
//! such calls only arm the alarm.
//!
//! For the client and for the npm package's bindings alone: its interface may change in any release.
#![allow(missing_debug_implementations)]

mod alarm;
mod clock;
mod dispatch;
mod host;
mod incoming;
mod lifecycle;
mod outputs;
mod page;
mod platform;
mod readings;
mod requests;
mod sending;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod time;

pub use host::{BypassMode, Host};
pub use lifecycle::Driver;
pub use platform::{Page, Platform};
pub use time::{millis, requested_delay, span};
