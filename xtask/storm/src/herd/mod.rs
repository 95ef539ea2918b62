//! The herd after a broker's restart: every client reconnects, and subscribes all its channels again.
//!
//! The broker handles subscriptions one after the other. If they come faster than that, some wait longer than a client's timeout.
//! A client that then asks again adds to the load that made it wait. The simulation shows how much work each strategy makes.

mod broker;
mod client;
mod ours;
mod peers;
mod report;
mod run;
mod way;

pub use report::HerdReport;
pub use run::{Herd, herd};
pub use way::HerdWay;
