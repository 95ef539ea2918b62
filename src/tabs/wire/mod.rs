//! Frames as arrays, which browsers clone from tab to tab. The npm package and the Rust client post the same.
//!
//! A frame begins with the number of its channel's kind (0 common, 1 down, 2 up, 3 fence) and a tab; then come the term, if it has one,
//! the number of its own kind, and its parts.

pub mod numbers;
mod read;
mod write;

pub use read::read;
pub use write::write;
