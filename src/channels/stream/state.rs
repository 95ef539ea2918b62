//! The states of a stream.

use crate::channels::position::Recovered;

/// The answer that messages wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// None.
    Nothing,
    /// The messages before this offset.
    History { before: u64 },
    /// The application loads its state.
    Load,
}

/// How far the messages of before have come since the subscription.
#[derive(Debug)]
pub(super) enum Recovery {
    /// There is no subscription.
    Off,
    /// Messages of before may follow.
    Running {
        recovered: Recovered,
        replayed: u64,
        /// Messages of before follow until the adapter says that all have come.
        replays: bool,
    },
    /// All have come.
    Live,
}
