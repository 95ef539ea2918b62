//! A WebSocket for the browser that holds.

pub mod engine;
