//! Places in a channel's stream, and what a broker says of them.

use core::num::NonZeroU64;

/// A place in a channel's stream: the message with this offset, in this epoch.
///
/// Offsets are comparable within an epoch only. A stream that was lost and begins again has another epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position<E> {
    /// The life of the stream. The machine only compares it.
    pub epoch: E,
    /// The number of the message.
    pub offset: u64,
}

/// How the broker numbers the messages of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// Each offset is the one before plus 1, so that a gap is seen.
    Dense,
    /// Later messages have greater offsets, so that a second copy is seen and a gap is not.
    Ordered,
    /// As `Ordered`, in runs of messages: a run begins at a multiple of this, and goes on by 1. So a gap is seen unless it is of whole runs.
    Runs(NonZeroU64),
    /// Messages have no positions.
    None,
}

/// Says if all messages since a position have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovered {
    /// They have, or there was nothing to recover.
    Yes,
    /// Some may be missing. A gap was reported.
    No,
    /// The broker can't tell.
    Unknown,
}

/// The broker's answer to a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start<E> {
    /// The last message of the stream at this moment, if the broker says it.
    pub position: Option<Position<E>>,
    /// Says if all messages since the position that was asked for follow.
    pub recovered: Recovered,
    /// True if messages of before follow, and then [`Channels::handle_caught_up`](super::Channels::handle_caught_up).
    pub replays: bool,
}
