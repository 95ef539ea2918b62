//! An adapter, and what its connection needs.

use alloc::boxed::Box;
use core::fmt;
use core::time::Duration;

use crate::channels::Adapter;
use crate::client::values::error::ConnectError;

/// Makes the adapter, with random bits.
pub(super) type Make = Box<dyn FnOnce(u64) -> Box<dyn Adapter>>;

/// An adapter for a broker: a `Nats` or a `Nchan`, by the features `channels-nats` and `channels-nchan`.
pub struct Via {
    pub(super) name: &'static str,
    pub(super) make: Make,
    pub(super) pulse: Option<Pulse>,
    /// An option that is impossible, and what it takes.
    pub(super) fault: Option<(&'static str, &'static str)>,
}

impl Via {
    pub(super) fn check(&self) -> Result<(), ConnectError> {
        match self.fault {
            Some((option, takes)) => Err(ConnectError::Option {
                option: option.into(),
                takes,
            }),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Via").field(&self.name).finish()
    }
}

/// The connection's heartbeat.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pulse {
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
    pub(super) ping: &'static str,
    /// The answer, which the adapter hears, too. Without it any message is one.
    pub(super) pong: Option<&'static str>,
}

impl Pulse {
    #[cfg(any(feature = "channels-nats", feature = "channels-nchan"))]
    pub(super) const fn new(ping: &'static str, answer: Option<&'static str>) -> Self {
        Self {
            interval: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
            ping,
            pong: answer,
        }
    }
}
