//! The options of the adapter for nchan.

use alloc::boxed::Box;
use alloc::string::String;
use core::time::Duration;

use super::via::{Pulse, Via};
use crate::channels::nchan::{Nchan as Machine, NchanConfig};

/// The heartbeat of the connection, as nchan has it.
const PULSE: Pulse = Pulse::new("ping", Some("pong"));

/// The adapter of [nchan](https://nchan.io), nginx's module.
///
/// Channels are in the path of the URL, at most 254, and a change of them is another connection, which goes on from the last message. A
/// name has no comma and no slash. [`Recovered::Unknown`](super::Recovered::Unknown) is reported after a loss: what has left nchan's
/// buffer is missing without a sign.
#[derive(Debug, Clone)]
#[must_use = "give it to the bus"]
pub struct Nchan {
    publish: Option<String>,
    pulse: Option<Pulse>,
}

impl Default for Nchan {
    fn default() -> Self {
        Self::new()
    }
}

impl Nchan {
    /// The defaults.
    pub const fn new() -> Self {
        Self {
            publish: None,
            pulse: Some(PULSE),
        }
    }

    /// The URL to POST publications to, with `{channel}` in place of the name. Without it, nothing can be published.
    pub fn publish(mut self, url: impl Into<String>) -> Self {
        self.publish = Some(url.into());
        self
    }

    /// The times of the heartbeat. Default every 10 s, with 5 s to answer.
    pub fn heartbeat(mut self, interval: Duration, timeout: Duration) -> Self {
        self.pulse = Some(Pulse {
            interval,
            timeout,
            ..PULSE
        });
        self
    }

    /// The server answers no `ping`.
    pub fn without_heartbeat(mut self) -> Self {
        self.pulse = None;
        self
    }
}

impl From<Nchan> for Via {
    fn from(given: Nchan) -> Self {
        let lacks_name = given.publish.as_ref().is_some_and(|url| !url.contains("{channel}"));
        let config = NchanConfig {
            publish: given.publish,
            heartbeat: given.pulse.is_some(),
            ..NchanConfig::default()
        };
        Self {
            name: "nchan",
            make: Box::new(move |_| Box::new(Machine::new(config))),
            pulse: given.pulse,
            fault: lacks_name.then_some(("publish", "a URL with {channel} in it")),
        }
    }
}
