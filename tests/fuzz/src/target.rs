//! The fuzz target: libFuzzer looks for bytes that break a promise of the engine.
#![no_main]
#![allow(unsafe_code)] // The macro exports the function that libFuzzer calls.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holdfast_fuzz::check(bytes));
