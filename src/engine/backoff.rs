//! Exponential backoff with jitter: the delay before the next attempt.
//!
//! The first delay is drawn from half of `min_delay` to all of it, because a single failure should be over at once. The n-th in a
//! row, from the second on, is drawn from 3/8 of `min_delay * factor^n` to all of it: at least `min_delay / 2`, at most `max_delay`.
//!
//! The reason is a server that restarts with many clients. By default all make their first attempt within half a second. No second
//! attempt is made before one second has passed. From the second range on, each overlaps the next at a factor below 8/3, so the server
//! isn't idle between two later rounds. The ranges are no wider than that, so the last clients return sooner. `cargo xtask storm`
//! simulates it.

use super::config::Reconnect;
use super::instant::Span;

/// The growing bounds of the delays between attempts; [`Backoff::reset`] starts them over.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    /// The upper bound of the next delay; zero before the first one.
    ceiling: Span,
}

impl Backoff {
    /// Starts over: the next delay is the first one again.
    pub const fn reset(&mut self) {
        self.ceiling = Span::ZERO;
    }

    /// Returns the bounds of the next delay, and moves those of the delay after it.
    pub fn next(&mut self, reconnect: &Reconnect) -> (Span, Span) {
        let first = self.ceiling == Span::ZERO;
        let ceiling = if first { reconnect.min_delay } else { self.ceiling };
        let times = if first {
            reconnect.factor * reconnect.factor
        } else {
            reconnect.factor
        };
        self.ceiling = ceiling.saturating_mul(times).min(reconnect.max_delay);
        let floor = reconnect.min_delay.half().max(ceiling.saturating_mul(3.0 / 8.0));
        (floor, ceiling)
    }
}
