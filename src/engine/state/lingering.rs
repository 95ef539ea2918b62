//! The bound of lingering connections, which are abandoned but not closed yet: how many there are, and whether they are too many.

use super::super::close::CLOSE_TIMEOUT;
use super::super::instant::{Instant, Span};

/// Attempts are deferred while this many connections linger.
const MOST: usize = 8;

/// A connection counts for this long at most: a class that is not the browser's may never fire `close`. Browsers give up sooner.
const LONGEST: Span = CLOSE_TIMEOUT;

/// More than can count at once, because `machine/lingering.rs` then makes an attempt every 10 s at most.
const REMEMBERED: usize = 16;

/// The lingering connections.
#[derive(Debug)]
pub(crate) struct Lingering {
    /// The time until which each counts. [`Instant::ORIGIN`] marks a free slot.
    pub(crate) count_until: [Instant; REMEMBERED],
    /// The time of the deferred attempt; [`Instant::NEVER`] if none is deferred.
    pub(crate) until: Instant,
}

impl Lingering {
    pub(crate) const NONE: Self = Self {
        count_until: [Instant::ORIGIN; REMEMBERED],
        until: Instant::NEVER,
    };

    /// Adds one. It replaces the oldest if there is no free slot.
    pub(crate) fn add(&mut self, now: Instant) {
        if let Some(oldest) = self.oldest(None) {
            *oldest = now.saturating_add(LONGEST);
        }
    }

    /// Removes the oldest one that counts.
    pub(crate) fn remove(&mut self, now: Instant) {
        if let Some(oldest) = self.oldest(Some(now)) {
            *oldest = Instant::ORIGIN;
        }
    }

    /// Returns the one that counts for the shortest time, of those that count until later than `after`.
    #[inline(never)]
    fn oldest(&mut self, after: Option<Instant>) -> Option<&mut Instant> {
        self.count_until.iter_mut().filter(|until| Some(**until) > after).min()
    }

    /// True if attempts should be deferred.
    pub(crate) fn is_full(&self, now: Instant) -> bool {
        self.count_until.iter().filter(|&&until| until > now).count() >= MOST
    }
}
