//! The part of `xtask` that other Rust code can use: the server the lab page and the tests talk to.
//!
//! The commands themselves (`build`, `demo`, `test`, `serve`) are the binary's.

pub mod server;
