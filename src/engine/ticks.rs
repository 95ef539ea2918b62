//! How the clock ticks: rarely and regularly, as a browser has the timers of a hidden page, or as it comes.

use super::instant::{Instant, Span};

/// Ticks further apart than this are rare.
const RARE: Span = Span::from_millis(1_500);

/// How much distances between ticks may differ that come out the same. Browsers align rare ticks to the millisecond.
const ALIKE: Span = Span::from_millis(10);

/// So many distances in a row that are alike are no coincidence: sleep has no such rhythm.
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

    /// The clock ticks at `now`, `late` or on time.
    pub(super) fn tick(&mut self, now: Instant, late: bool) {
        let apart = now.saturating_since(self.last);
        let alike = late && apart <= self.apart.saturating_add(ALIKE) && self.apart <= apart.saturating_add(ALIKE);
        self.alike = if alike { self.alike.saturating_add(1) } else { 0 };
        (self.last, self.apart) = (now, apart);
    }

    /// True if the page is awake, though its clock ticks rarely: so messages are heard as they come.
    pub(super) fn are_rare(&self) -> bool {
        self.alike >= ENOUGH && self.apart > RARE
    }
}
