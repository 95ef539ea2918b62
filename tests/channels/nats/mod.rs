//! The adapter for NATS `JetStream`, against a server of the tests' own on the virtual clock.

mod adapter;
mod faults;
mod live;
mod login;
mod members;
mod moving;
mod names;
mod ordered;
mod protocol;
mod refusals;
mod search;
mod seen;
mod server;
mod stream;
mod world;
