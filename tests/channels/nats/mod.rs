//! The adapter for NATS `JetStream`, against a server of the tests' own on the virtual clock.

mod adapter;
mod faults;
mod live;
mod names;
mod ordered;
mod protocol;
mod search;
mod server;
