//! The wasm module of `holdfast-ws/channels/nchan`: the machine of `bindings-channels` with the adapter of nchan.

#![cfg(target_arch = "wasm32")]
#![forbid(unsafe_code)]

use holdfast_ws::channels::nchan::{Nchan, NchanConfig};
use holdfast_ws_bindings_channels::Machine;
use wasm_bindgen::prelude::*;

/// A machine for nchan. `publish` is where to POST, with `{channel}` in place of the name.
#[wasm_bindgen]
#[must_use]
pub fn make(now: f64, seed: f64, publish: Option<String>, heartbeat: bool) -> Machine {
    let config = NchanConfig {
        publish,
        heartbeat,
        ..NchanConfig::default()
    };
    Machine::with(now, seed, Nchan::new(config))
}
