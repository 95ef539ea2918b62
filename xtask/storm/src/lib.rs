//! A million clients of one server, simulated by discrete events: no sockets, no threads, no wall clock.
//!
//! What is measured of each way to reconnect is what a server's operator and a user feel: how many attempts in all, how many in
//! the worst second, and how long until half, nearly all and all are back.

mod alone;
mod client;
mod input;
mod ours;
mod peers;
mod report;
mod run;
mod wheel;
mod world;

pub use alone::waits;
pub use client::Way;
pub use report::Report;
pub use run::run;
pub use world::Scenario;
