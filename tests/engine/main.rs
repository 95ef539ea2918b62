//! The engine's rules on a virtual clock, a file for each behaviour.
#![cfg(not(target_arch = "wasm32"))]
