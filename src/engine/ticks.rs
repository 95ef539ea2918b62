//! Detects a clock that ticks rarely and regularly, as the timers of a hidden page do in browsers.

use super::instant::{Instant, Span};

/// Ticks further apart than this are rare.
const RARE: Span = Span::from_millis(1_500);

/// Two intervals between ticks are equal if they differ by no more milliseconds than this. Browsers align rare ticks to the millisecond.
const ALIKE: f64 = 10.0;

/// The number of equal intervals in a row that show a rhythm. Sleep has none.
const ENOUGH: u8 = 2;

/// The last ticks of the clock.
#[derive(Debug)]
pub(super) struct Ticks {
    last: Instant,
    apart: Span,
    alike: u8,
}

impl Ticks {
    pub(super) const fn new(now: Instant) -> Self {
        Self {
            last: now,
            apart: Span::ZERO,
            alike: 0,
        }
    }

    /// The clock ticks at `now`. A tick that is on time shows that the clock is not rare. One that is late doesn't, nor one at which nothing
    /// is due: the deadline that it was set for has moved, so it tells nothing of its lateness.
    pub(super) fn tick(&mut self, now: Instant, may_be_late: bool) {
        let apart = now.saturating_since(self.last);
        let differ = (apart.as_millis_f64() - self.apart.as_millis_f64()).abs();
        let alike = may_be_late && differ <= ALIKE;
        self.alike = if alike { self.alike.saturating_add(1) } else { 0 };
        (self.last, self.apart) = (now, apart);
    }

    /// True if the clock ticks rarely but the page is awake, so messages are received as they come.
    pub(super) fn are_rare(&self) -> bool {
        self.alike >= ENOUGH && self.apart > RARE
    }
}
