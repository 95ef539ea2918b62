//! The channels of Rust apps, in a world: the machine and its adapters over the client's socket.

#![cfg(not(target_arch = "wasm32"))]

#[allow(dead_code)] // Others use the rest of it.
#[path = "../tabs/chance.rs"]
mod chance;
mod ends;
mod http;
mod load;
mod logins;
mod messages;
mod nchan;
mod people;
mod scene;
#[allow(dead_code)] // Others use the rest of it.
#[path = "../channels/nats/server.rs"]
mod server;
#[allow(dead_code)] // Others use the rest of it.
#[path = "../channels/nats/stream.rs"]
mod stream;
