//! The engine on a virtual clock: a file per behaviour, and properties over arbitrary inputs and clocks.
//!
//! `world` is the loop around the engine, `server` what it talks to, `story` the record of what happened.

mod server;
mod story;
mod world;

mod backoff;
mod close;
mod close_codes;
mod config;
mod connect_timeout;
mod max_attempts;
mod opening;
mod providers;
mod queue;
mod reconnect;
mod should_reconnect;
