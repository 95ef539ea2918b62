//! How long to wait before the next attempt.
//!
//! The n-th delay in a row is drawn uniformly between half of `min_delay` and `min_delay * factor^n`, capped at `max_delay`:
//! full jitter with a floor. The wide draw spreads a herd after a restart; the floor keeps a flapping server from a storm.

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
        }
    }

    /// Starts over: the next delay is the first one again.
    pub fn reset(&mut self) {
        self.ceiling = self.first;
    }

    /// The next delay, at least `least` if a server asked for that, spread even then: a herd told the same time must not
    /// come back at the same time.
    pub fn next(&mut self, random: &mut Random, least: Span) -> Span {
        let delay = random.between(self.low.min(self.ceiling), self.ceiling);
        self.grow();
        least.plus(delay)
    }

    /// The next delay after a line died in silence: the lower half of the draw. Its users have waited long enough to find
    /// out, and did so at times of their own, so a herd is spread already.
    pub fn next_after_silence(&mut self, random: &mut Random) -> Span {
        let low = self.low.min(self.ceiling);
        let half = self.ceiling.as_micros().saturating_sub(low.as_micros()) / 2;
        let delay = random.between(low, low.plus(Span::from_micros(half)));
        self.grow();
        delay
    }

    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )] // Saturates; microseconds lost are no loss.
    fn grow(&mut self) {
        let grown = self.ceiling.as_micros() as f64 * self.factor;
        self.ceiling = Span::from_micros(grown as u64).min(self.max);
    }
}
