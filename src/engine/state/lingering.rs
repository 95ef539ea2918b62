//! Which abandoned connections are yet to close.

use super::super::close::CLOSE_TIMEOUT;
use super::super::instant::{Instant, Span};

/// From so many on, attempts wait.
const MOST: usize = 8;

/// A connection that has not reported its end this long after it was abandoned counts no longer: its end may never be reported.
/// Browsers give up sooner.
const LONGEST: Span = CLOSE_TIMEOUT;

/// More than can be counted at once while attempts are [`PAUSE`] apart.
const REMEMBERED: usize = 16;

/// What is known of them.
#[derive(Debug)]
pub(crate) struct Lingering {
    /// Until when each counts; [`Instant::ORIGIN`] where there is none.
    pub(crate) count_until: [Instant; REMEMBERED],
    /// When the attempt that waits is made.
    pub(crate) until: Option<Instant>,
}

impl Lingering {
    pub(crate) const NONE: Self = Self {
        count_until: [Instant::ORIGIN; REMEMBERED],
        until: None,
    };

    /// Adds one, instead of the oldest if there are too many.
    pub(crate) fn add(&mut self, now: Instant) {
        if let Some(oldest) = self.oldest(None) {
            *oldest = now.saturating_add(LONGEST);
        }
    }

    /// Takes out the oldest of those that count.
    pub(crate) fn remove(&mut self, now: Instant) {
        if let Some(oldest) = self.oldest(Some(now)) {
            *oldest = Instant::ORIGIN;
        }
    }

    /// The first of those that count until later than that.
    #[inline(never)]
    fn oldest(&mut self, after: Option<Instant>) -> Option<&mut Instant> {
        self.count_until.iter_mut().filter(|until| Some(**until) > after).min()
    }

    /// True if no other attempt should be made for now.
    pub(crate) fn is_full(&self, now: Instant) -> bool {
        self.count_until.iter().filter(|&&until| until > now).count() >= MOST
    }
}
