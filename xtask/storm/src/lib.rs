//! A discrete-event simulation of a million clients of one server: no sockets, no threads, no wall clock.
//!
//! It measures each reconnection strategy from both sides. For the server: attempts in all, and in the worst second. For users: the
//! time until half, nearly all and all clients are connected again.

mod alone;
mod client;
mod herd;
mod input;
mod ours;
mod peers;
mod report;
mod run;
mod wheel;
mod world;

pub use alone::waits;
pub use client::Way;
pub use herd::{Herd, HerdReport, HerdWay, herd};
pub use report::Report;
pub use run::run;
pub use world::Scenario;
