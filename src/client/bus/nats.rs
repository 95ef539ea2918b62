//! The options of the adapter for NATS `JetStream`.

use alloc::boxed::Box;
use alloc::string::String;
use core::time::Duration;

use super::via::{Pulse, Via};
use crate::channels::nats::{Nats as Machine, Options};

/// The heartbeat of the connection, as NATS has it.
const PULSE: Pulse = Pulse::new("PING\r\n", None);

/// How the token of a bus is given to the server.
pub use crate::channels::nats::request::Login as NatsLogin;

/// The adapter of [NATS `JetStream`](https://docs.nats.io/nats-concepts/jetstream).
///
/// Each channel is a subject of one stream, read by an ordered consumer. [`Recovered::Yes`](super::Recovered::Yes) is reported if the
/// stream still has all since the last message. A name has no `*` and no `>`; a dot divides it into tokens.
#[derive(Debug, Clone)]
#[must_use = "give it to the bus"]
pub struct Nats {
    options: Options,
    pulse: Option<Pulse>,
}

impl Default for Nats {
    fn default() -> Self {
        Self::new()
    }
}

impl Nats {
    /// The defaults.
    pub fn new() -> Self {
        Self {
            options: Options::default(),
            // Any message of the server counts as the answer, as it may come together with others.
            pulse: Some(PULSE),
        }
    }

    /// The stream that has all channels. Its retention is `limits`. Default `CHANNELS`.
    pub fn stream(mut self, name: impl Into<String>) -> Self {
        self.options.stream = name.into();
        self
    }

    /// The subject of a channel is this, a dot, and its name. Default `channels`.
    pub fn prefix(mut self, subject: impl Into<String>) -> Self {
        self.options.prefix = subject.into();
        self
    }

    /// The key-value bucket of the members, with a time to live. Without it, there are no members.
    pub fn bucket(mut self, name: impl Into<String>) -> Self {
        self.options.bucket = name.into();
        self
    }

    /// The server's answers come to subjects that begin with this. Give each user an inbox of their own if users are strangers. Default
    /// `_INBOX`.
    pub fn inbox(mut self, subject: impl Into<String>) -> Self {
        self.options.inbox = subject.into();
        self
    }

    /// How the bus's token is given to the server. Default [`NatsLogin::Token`].
    pub fn login(mut self, login: NatsLogin) -> Self {
        self.options.login = login;
        self
    }

    /// The times of the connection's heartbeat. Default every 10 s, with 5 s to answer.
    pub fn heartbeat(mut self, interval: Duration, timeout: Duration) -> Self {
        self.pulse = Some(Pulse {
            interval,
            timeout,
            ..PULSE
        });
        self
    }

    /// The connection has no heartbeat. Those of the consumers stay.
    pub fn without_heartbeat(mut self) -> Self {
        self.pulse = None;
        self
    }

    /// After this time the server says that a channel has no news. A consumer that misses two of them is replaced. Default 10 s.
    pub fn idle(mut self, time: Duration) -> Self {
        self.options.heartbeat = time.into();
        self
    }
}

impl From<Nats> for Via {
    fn from(given: Nats) -> Self {
        let fault = given.options.fault();
        Self {
            name: "nats",
            make: Box::new(move |seed| Box::new(Machine::new(given.options, seed))),
            pulse: given.pulse,
            fault,
        }
    }
}
