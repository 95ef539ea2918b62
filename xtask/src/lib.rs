//! The parts of `xtask` that other crates use: the fault server of the lab page and the tests, and Markdown for reports.
//!
//! The commands themselves (`build`, `demo`, `test`, …) are in the binary.

pub mod markdown;
pub mod server;
