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
pub(crate) struct Crowd {
    /// Until when each counts; [`Instant::ORIGIN`] where there is none.
    pub(crate) count_until: [Instant; REMEMBERED],
    /// When the attempt that waits is made.
    pub(crate) until: Option<Instant>,
}

impl Crowd {
    pub(crate) const NONE: Self = Self {
        count_until: [Instant::ORIGIN; REMEMBERED],
        until: None,
    };

    /// Adds one, instead of the oldest if there are too many.
    pub(crate) fn add(&mut self, now: Instant) {
        if let Some(oldest) = self.count_until.iter_mut().min() {
            *oldest = now.after(LONGEST);
        }
    }

    /// Takes out the oldest of those that count.
    pub(crate) fn remove(&mut self, now: Instant) {
        let closing = self.count_until.iter_mut().filter(|until| counts(**until, now));
        if let Some(oldest) = closing.min() {
            *oldest = Instant::ORIGIN;
        }
    }

    /// When an attempt may be made, if none closes before its time.
    pub(crate) fn frees_at(&self, now: Instant) -> Instant {
        let closing = || self.count_until.iter().copied().filter(|&until| counts(until, now));
        if closing().count() < MOST {
            return now;
        }
        let left = |at: Instant| closing().filter(|&until| until > at).count();
        closing().filter(|&at| left(at) < MOST).min().unwrap_or(now)
    }
}

/// True for a connection that counts until then. A clock that runs backwards makes none count for longer.
fn counts(until: Instant, now: Instant) -> bool {
    until > now && until <= now.after(LONGEST)
}
