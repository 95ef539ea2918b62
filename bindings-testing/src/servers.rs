//! Servers, and their ends of connections.

use holdfast_ws::testing::machine::{ServerId, SocketId};
use wasm_bindgen::prelude::*;

use super::World;
use super::numbers::answer;
use super::sockets::payload;
use super::time::span;

#[wasm_bindgen]
impl World {
    /// Adds a server. -1 if the URL is none.
    pub fn add_server(&mut self, url: &str) -> i32 {
        let added = self.machine.add_server(url);
        added.ok().and_then(|id| i32::try_from(id.0).ok()).unwrap_or(-1)
    }

    /// Sets how a server answers handshakes: see `numbers.rs`.
    pub fn set_answer(&mut self, server: u32, number: u16) {
        self.machine.set_answer(ServerId(server), answer(number));
    }

    /// Restarts a server.
    pub fn restart(&mut self, server: u32, down: f64, code: Option<u16>, reason: &str) {
        self.machine.restart(ServerId(server), span(down), code, reason);
    }

    /// The connections that a server has.
    pub fn connections(&self, server: u32) -> Vec<u32> {
        let ids = self.machine.connections(ServerId(server));
        ids.into_iter().map(|id| id.0).collect()
    }

    /// The server of a connection, or -1.
    pub fn server_of(&self, id: u32) -> i32 {
        let server = self.machine.server_of(SocketId(id));
        server.and_then(|id| i32::try_from(id.0).ok()).unwrap_or(-1)
    }

    /// Accepts a connection.
    pub fn accept(&mut self, id: u32, protocol: &str) {
        self.machine.accept(SocketId(id), protocol);
    }

    /// Answers a handshake with an HTTP status.
    pub fn reject(&mut self, id: u32, status: u16) {
        self.machine.reject(SocketId(id), status);
    }

    /// Sends a message from the server.
    pub fn peer_send(&mut self, id: u32, text: String, number: u32, bytes: f64) {
        self.machine.peer_send(SocketId(id), payload(text, number, bytes));
    }

    /// Begins the closing handshake from the server.
    pub fn peer_close(&mut self, id: u32, code: Option<u16>, reason: &str) {
        self.machine.peer_close(SocketId(id), code, reason);
    }

    /// Drops a connection without a close frame.
    pub fn terminate(&mut self, id: u32) {
        self.machine.terminate(SocketId(id));
    }
}
