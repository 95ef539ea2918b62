//! One connection for all tabs, on a virtual clock: tabs, a lock, channels, a page each, and a server.

mod carry;
mod chance;
mod lock;
mod promises;
mod rules;
mod server;
mod stage;
mod turns;
mod world;
