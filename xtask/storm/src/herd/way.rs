//! The strategies, and the clients of each.

use crate::peers::Rule;

use super::client::Client;
use super::ours::Ours;
use super::peers::{Centrifuge, Phoenix};

/// How a client subscribes its channels again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HerdWay {
    /// holdfast-ws's engine and channels as they are, with their defaults.
    Ours,
    /// phoenix 1.8: a message for each channel, 10 s for its answer, then again after 1, 2, 5, and 10 s.
    Phoenix,
    /// centrifuge 5.8: one batch, 5 s for its answer, then a new connection.
    Centrifuge,
}

impl HerdWay {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ours, Self::Phoenix, Self::Centrifuge];

    /// Returns its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "holdfast-ws",
            Self::Phoenix => "phoenix",
            Self::Centrifuge => "centrifuge",
        }
    }

    /// Creates a client that is connected, and whose channels are subscribed.
    pub(super) fn client(self, number: u64, channels: u32) -> Box<dyn Client> {
        match self {
            Self::Ours => Box::new(Ours::subscribed(number, channels)),
            Self::Phoenix => Box::new(Phoenix::subscribed(number, channels, Rule::Phoenix)),
            Self::Centrifuge => Box::new(Centrifuge::subscribed(number, channels, Rule::Centrifuge)),
        }
    }
}
