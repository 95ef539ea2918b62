//! Channels over one connection, on a virtual clock: a broker, a network and an application that loads.

mod broker;
#[path = "../tabs/chance.rs"]
mod chance;
mod connected;
mod holders;
mod judge;
mod later;
mod loads;
mod members;
// Its inputs are drawn by proptest, which needs a thread.
#[cfg(all(feature = "channels-nats", not(target_arch = "wasm32")))]
mod nats;
#[cfg(feature = "channels-nchan")]
mod nchan;
mod order;
mod publishing;
mod questions;
mod rules;
mod schedules;
mod tokens;
mod turns;
mod world;
