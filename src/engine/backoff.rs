//! Exponential backoff with jitter: the delay before the next attempt.
//!
//! The first delay is drawn from half of `min_delay` to all of it: a lone blip is healed at once. The n-th in a row, from the
//! second on, is drawn from 3/8 of `min_delay * factor^n` to all of it, at most `max_delay`. So a second failure, which is
//! no blip any more, waits for longer than the whole first second in which a herd tries first; each draw reaches into the
//! next one, at a factor below 8/3, so that no herd leaves its server idle between two rounds; and draws that aren't wider
//! than needed bring in the last of a herd sooner. `cargo xtask storm` shows it.

use super::config::Reconnect;
use super::instant::Span;

/// The growing bounds of the delays between attempts; [`Backoff::reset`] starts them over.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    /// The greatest delay of the next draw; zero before the first one.
    ceiling: Span,
}

impl Backoff {
    /// Starts over: the next delay is the first one again.
    pub const fn reset(&mut self) {
        self.ceiling = Span::ZERO;
    }

    /// Returns the least and the greatest of the next delay, and widens the draw after it.
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
