//! The options of a tab.

use crate::engine::Span;

/// The options. All have defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// For how long a visible tab lets a hub be silent before it takes over. 5 s.
    pub take_over_after: Span,
    /// For how long a new hub waits until the other tabs have said how far they have read. 150 ms.
    pub roll_call: Span,
    /// After how long a tab that seems to be gone is looked up. 500 ms.
    pub confirm_gone: Span,
    /// For how long after the connection has opened a tab's resume token may fail to come. 2 s.
    pub skip_for: Span,
    /// How many messages a tab that comes later gets of those before it. 0.
    pub replay: usize,
    /// How many messages the hub keeps, for tabs that come back. 1,024.
    pub recent: usize,
    /// How many bytes of messages the hub keeps of those. 32 MiB, and at most twice as many.
    pub recent_bytes: u64,
    /// How many frames a tab may leave unacknowledged before the hub posts no more messages to it. 256.
    pub lag: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            take_over_after: Span::from_millis(5_000),
            roll_call: Span::from_millis(150),
            confirm_gone: Span::from_millis(500),
            skip_for: Span::from_millis(2_000),
            replay: 0,
            recent: 1_024,
            recent_bytes: 32 * 1_024 * 1_024,
            lag: 256,
        }
    }
}

impl Config {
    /// Returns the time without an answer after which the lock is queried, and the time of silence after which a visible tab asks.
    pub(super) const fn patience(&self) -> Span {
        self.take_over_after.half()
    }

    /// Returns how long ago a hub may have run, at most, to be sure that nobody has taken over.
    ///
    /// A tab takes over no earlier than [`patience`](Self::patience) after a question that the hub has not answered. Half of that is
    /// left for frames on their way.
    pub(super) const fn lease(&self) -> Span {
        self.patience().half()
    }
}
