//! The world for tests, by what it does: a file per subject.
#![cfg(not(target_arch = "wasm32"))]

mod client;
mod diary;

mod browsers;
mod engine;
mod handshake;
mod network;
mod page;
mod promises;
mod simulation;
mod sockets;
mod timers;
#[cfg(feature = "serde")]
mod websocket;
