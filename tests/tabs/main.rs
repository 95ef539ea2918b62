//! One connection for all tabs, on a virtual clock: tabs, a lock, channels, a page each, and a server.

mod alone;
mod announced;
mod away;
mod buffered;
mod calls;
mod carry;
mod chance;
mod forgotten;
mod in_doubt;
mod leaving;
mod lock;
mod losing;
mod machine;
mod promises;
mod rules;
mod scene;
mod server;
mod skipping;
mod stage;
mod turns;
mod world;
