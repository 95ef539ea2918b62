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

impl Options {
    /// Returns an option that is impossible, and what it takes.
    #[must_use]
    pub fn fault(&self) -> Option<(&'static str, &'static str)> {
        let spoils = |text: &str| text.contains(|char: char| char.is_whitespace() || matches!(char, '*' | '>'));
        let is_token = |text: &str| !text.is_empty() && !spoils(text) && !text.contains(['.', '/', '\\']);
        let is_subject = |text: &str| !spoils(text) && text.split('.').all(|token| !token.is_empty());
        let idle = self.heartbeat.as_millis();
        let faults = [
            (!is_token(&self.stream), ("stream", "the name of a stream")),
            (!is_subject(&self.prefix), ("prefix", "a subject without * and >")),
            (
                !self.bucket.is_empty() && !is_token(&self.bucket),
                ("bucket", "the name of a key-value bucket"),
            ),
            (!is_subject(&self.inbox), ("inbox", "a subject without * and >")),
            (
                matches!(&self.login, Login::Password(user) if user.is_empty()),
                ("login", "the name of a user"),
            ),
            (!(100..=600_000).contains(&idle), ("idle", "100 ms to 10 minutes")),
        ];
        faults
            .into_iter()
            .find_map(|(is_fault, fault)| is_fault.then_some(fault))
    }
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
