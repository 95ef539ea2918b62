//! Against real servers, `nats-server` by name: one alone, and a cluster of three. They speak the same bytes over TCP as in WebSocket
//! messages, so that no browser is needed. Run by `cargo test --features channels-nats --test channels live -- --ignored`.

mod client;
mod cluster;
mod server;
mod single;
mod users;

use std::time::Duration;

/// Generous: a busy machine is slow, and a test that passes waits for none of it.
const PATIENCE: Duration = Duration::from_secs(90);
