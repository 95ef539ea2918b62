//! Exponential backoff with jitter: the delay before the next attempt.
//!
//! The first delay is drawn from half of `min_delay` to all of it: a lone blip is healed at once. The n-th in a row, from the
//! second on, is drawn from 3/8 of `min_delay * factor^n` to all of it, at most `max_delay`. So a second failure, which is
//! no blip any more, waits for longer than the whole first second in which a herd tries first; each draw reaches into the
//! next one, at a factor below 8/3, so that no herd leaves its server idle between two rounds; and draws that aren't wider
//! than needed bring in the last of a herd sooner. `cargo xtask storm` shows it.

use super::config::Reconnect;
use super::instant::Span;
use super::random::Random;

/// The growing delays between attempts; [`Backoff::reset`] starts them over.
#[derive(Debug, Clone)]
pub struct Backoff {
    low: Span,
    first: Span,
    max: Span,
    factor: f64,
    ceiling: Span,
    /// True if the next delay is the first one.
    fresh: bool,
}

impl Backoff {
    /// The delays that `reconnect` asks for.
    #[must_use]
    pub fn new(reconnect: &Reconnect) -> Self {
        Self {
            low: reconnect.min_delay.half(),
            first: reconnect.min_delay.min(reconnect.max_delay),
            max: reconnect.max_delay,
            factor: reconnect.factor,
            ceiling: reconnect.min_delay.min(reconnect.max_delay),
            fresh: true,
        }
    }

    /// Starts over: the next delay is the first one again.
    pub fn reset(&mut self) {
        self.ceiling = self.first;
        self.fresh = true;
    }

    /// The next delay, at least `least` if a server asked for that, spread even then: a herd told the same time must not
    /// come back at the same time.
    pub fn next(&mut self, random: &mut Random, least: Span) -> Span {
        let delay = random.between(self.floor(), self.ceiling);
        self.grow();
        least.saturating_add(delay)
    }

    /// The next delay where a server leaves a draw of its own to us, in place of the next one.
    pub(super) fn next_within(&mut self, random: &mut Random, least: Span, most: Span) -> Span {
        self.grow();
        random.between(least, most)
    }

    /// Returns the next delay after a connection timed out: from the lower half of the range. Such timeouts are spread over
    /// the clients already, and their users have waited already.
    pub fn next_after_silence(&mut self, random: &mut Random) -> Span {
        let low = self.floor();
        let half = self.ceiling.as_micros().saturating_sub(low.as_micros()) / 2;
        let delay = random.between(low, low.saturating_add(Span::from_micros(half)));
        self.grow();
        delay
    }

    /// The least of the next draw.
    fn floor(&self) -> Span {
        let share = Span::from_micros(self.ceiling.as_micros() / 8 * 3);
        self.low.max(share).min(self.ceiling)
    }

    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )] // Saturates; microseconds lost are no loss.
    fn grow(&mut self) {
        let times = if self.fresh {
            self.factor * self.factor
        } else {
            self.factor
        };
        let grown = self.ceiling.as_micros() as f64 * times;
        self.ceiling = Span::from_micros(grown as u64).min(self.max);
        self.fresh = false;
    }
}
