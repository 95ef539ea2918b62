//! The fuzz target: libFuzzer searches for bytes that break an invariant of the engine.
#![no_main]
#![allow(unsafe_code)] // The macro exports the function that libFuzzer calls.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holdfast_fuzz::check(bytes));
