//! The crate's `WebSocket` in the world, feature by feature: without a browser, and in no time.

mod chat;
mod polls;
mod requests;
