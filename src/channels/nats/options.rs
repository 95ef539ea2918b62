//! The options of the adapter.

use alloc::string::String;

use crate::engine::Span;

use super::request::Login;

/// The options of the adapter. All have defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The stream that has all channels. `CHANNELS`.
    pub stream: String,
    /// The subject of a channel is this, a dot, and its name. `channels`.
    pub prefix: String,
    /// The key-value bucket of the members; empty for none. Its keys must have a time to live.
    pub bucket: String,
    /// The subject where the server's answers come begins with this. `_INBOX`.
    pub inbox: String,
    /// The subject of requests to `JetStream` begins with this. `$JS.API`.
    pub api: String,
    /// How the connection's token is given to the server.
    pub login: Login,
    /// How often a consumer sends a heartbeat when there are no messages. 10 s.
    pub heartbeat: Span,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            stream: String::from("CHANNELS"),
            prefix: String::from("channels"),
            bucket: String::new(),
            inbox: String::from("_INBOX"),
            api: String::from("$JS.API"),
            login: Login::Token,
            heartbeat: Span::from_millis(10_000),
        }
    }
}
