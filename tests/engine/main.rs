//! The engine on a virtual clock: a file per behaviour, and properties over arbitrary inputs and clocks.
//!
//! `world` is the loop around the engine, `server` what it talks to, `story` the record of what happened.
//! Native only: for wasm there is no proptest.
#![cfg(not(target_arch = "wasm32"))]

mod server;
mod story;
mod world;

#[cfg(all(feature = "driver", feature = "testing"))]
mod agreement;
mod alive;
mod authenticate;
mod backoff;
mod cases;
mod close;
mod close_codes;
mod config;
mod connect_timeout;
mod doubt;
mod drain;
mod failing;
mod flapping;
mod heartbeat;
mod hidden;
mod idle;
mod lazy;
mod left;
mod lingering;
mod max_attempts;
mod network;
mod opening;
mod page;
mod promises;
mod providers;
mod queue;
mod rare_ticks;
mod reconnect;
mod requests;
mod should_reconnect;
mod stall;
mod stats;
mod status;
mod waking;
mod without_reconnect;
