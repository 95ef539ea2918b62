//! The wasm module of `holdfast-ws/channels/nats`: the machine of `bindings-channels` with the adapter of NATS `JetStream`.

#![cfg(target_arch = "wasm32")]
#![forbid(unsafe_code)]

use holdfast_ws::channels::nats::request::Login;
use holdfast_ws::channels::nats::{Nats, Options};
use holdfast_ws::engine::Span;
use holdfast_ws_bindings_channels::Machine;
use wasm_bindgen::prelude::*;

/// A machine for NATS. `login` is `token`, `jwt`, or `password` with the user.
#[wasm_bindgen]
#[must_use]
#[allow(clippy::too_many_arguments)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The cast saturates.
pub fn make(
    now: f64,
    seed: f64,
    stream: String,
    prefix: String,
    bucket: String,
    inbox: String,
    login: &str,
    user: String,
    heartbeat: f64,
) -> Machine {
    let options = Options {
        stream,
        prefix,
        bucket,
        inbox,
        login: match login {
            "jwt" => Login::Jwt,
            "password" => Login::Password(user),
            _ => Login::Token,
        },
        heartbeat: Span::from_millis_f64(heartbeat),
        ..Options::default()
    };
    Machine::with(now, seed, Nats::new(options, seed as u64))
}
