//! The network between the page and all servers.

use wasm_bindgen::prelude::*;

use super::World;
use super::time::span;

/// Bytes a second; what is no number from 0 on means no limit.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn rate(bytes: f64) -> Option<u64> {
    (bytes >= 0.0 && bytes.is_finite()).then_some(bytes as u64)
}

#[wasm_bindgen]
impl World {
    /// Sets the latency.
    pub fn latency(&mut self, up: f64, down: f64, jitter: f64) {
        self.machine.set_latency(span(up), span(down), span(jitter));
    }

    /// Sets the bandwidth.
    pub fn bandwidth(&mut self, up: f64, down: f64) {
        self.machine.set_bandwidth(rate(up), rate(down));
    }

    /// Silences all connections, or ends that.
    pub fn silence(&mut self, silent: bool) {
        self.machine.set_silent(silent);
    }

    /// Resets all connections.
    pub fn cut(&mut self) {
        self.machine.cut();
    }

    /// Takes the browser its network, or gives it back.
    pub fn set_offline(&mut self, offline: bool) {
        self.machine.set_offline(offline);
    }

    /// True if the browser believes that there is a network.
    pub fn online(&self) -> bool {
        self.machine.is_online()
    }

    /// Gives the client another address.
    pub fn change(&mut self) {
        self.machine.change_network();
    }
}
