//! The sockets of the page.

use holdfast_ws::testing::machine::{CloseError, OpenError, Payload, SocketId};
use wasm_bindgen::prelude::*;

use super::World;

/// A message: text, or a binary one that JavaScript keeps under a number above 0.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
pub(crate) fn payload(text: String, number: u32, bytes: f64) -> Payload {
    if number == 0 {
        text.into()
    } else {
        Payload::Kept {
            number,
            bytes: bytes as u64,
        }
    }
}

#[wasm_bindgen]
impl World {
    /// Makes a socket. 0 if the URL is wrong, which the wrapper has checked before, and -1 if a subprotocol is.
    #[allow(clippy::needless_pass_by_value)] // As wasm-bindgen gives it.
    pub fn open(&mut self, url: &str, protocols: Vec<String>) -> i32 {
        let protocols: Vec<&str> = protocols.iter().map(String::as_str).collect();
        match self.machine.open(url, &protocols) {
            Ok(id) => i32::try_from(id.0).unwrap_or(i32::MAX),
            Err(OpenError::Protocol) => -1,
            Err(_) => 0,
        }
    }

    /// `readyState`.
    pub fn ready_state(&self, id: u32) -> u32 {
        self.machine.ready_state(SocketId(id)) as u32
    }

    /// `protocol`.
    pub fn protocol(&self, id: u32) -> String {
        self.machine.protocol(SocketId(id)).to_owned()
    }

    /// The subprotocols that a socket offers.
    pub fn offered(&self, id: u32) -> Vec<String> {
        self.machine.offered(SocketId(id)).to_vec()
    }

    /// The URL of a socket, with its query.
    pub fn url(&self, id: u32) -> String {
        let address = self.machine.address(SocketId(id));
        address.map_or_else(String::new, ToString::to_string)
    }

    /// `bufferedAmount`.
    #[allow(clippy::cast_precision_loss)]
    pub fn buffered_amount(&mut self, id: u32) -> f64 {
        self.machine.buffered_amount(SocketId(id)) as f64
    }

    /// `send()`. False if the socket is still connecting.
    pub fn send(&mut self, id: u32, text: String, number: u32, bytes: f64) -> bool {
        self.machine.send(SocketId(id), payload(text, number, bytes)).is_ok()
    }

    /// `close()`. 0, or 1 for a wrong code, 2 for a reason that is too long.
    pub fn close(&mut self, id: u32, code: Option<u16>, reason: &str) -> u32 {
        match self.machine.close(SocketId(id), code, reason) {
            Ok(()) => 0,
            Err(CloseError::Code) => 1,
            Err(_) => 2,
        }
    }

    /// The sockets of the page that are not closed.
    pub fn open_sockets(&self) -> Vec<u32> {
        self.machine.open_sockets().into_iter().map(|id| id.0).collect()
    }

    /// Silences one socket's connection, or ends that.
    pub fn silence_socket(&mut self, id: u32, silent: bool) {
        self.machine.set_socket_silent(SocketId(id), silent);
    }

    /// Resets one socket's connection.
    pub fn cut_socket(&mut self, id: u32) {
        self.machine.cut_socket(SocketId(id));
    }
}
