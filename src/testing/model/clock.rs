//! The clocks of a page: `performance.now()` and `Date.now()`.

use super::state::Machine;
use super::time::{Instant, Span};

/// The wall clock when a world begins: 2030-01-01T00:00:00Z, in milliseconds.
const EPOCH: u64 = 1_893_456_000_000;

impl Machine {
    /// Returns the virtual time, which never stands still.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Returns the page's own time, of `performance.now()`. In some browsers it stands still while the machine sleeps.
    #[must_use]
    pub fn page_now(&self) -> Instant {
        let resolution = self.habits.resolution.as_micros().max(1);
        let micros = self.page_time(self.now).as_micros();
        Instant::from_micros(micros - micros % resolution)
    }

    /// Returns the time of the wall clock, of `Date.now()`: milliseconds since 1970.
    #[must_use]
    pub fn wall_now(&self) -> i64 {
        let millis = EPOCH.saturating_add(self.now.as_micros() / 1000);
        i64::try_from(millis)
            .unwrap_or(i64::MAX)
            .saturating_add(self.wall_ahead)
    }

    /// Sets the wall clock forward, or back: as a user does, or the network's time.
    pub fn set_wall_clock(&mut self, ahead_by_millis: i64) {
        self.wall_ahead = self.wall_ahead.saturating_add(ahead_by_millis);
        self.note(format_args!("page sets the clock by {ahead_by_millis} ms"));
    }

    /// The page's time at a virtual time that is not yet past.
    pub(super) fn page_time(&self, at: Instant) -> Instant {
        let at = match self.page.asleep_since {
            Some(since) if self.habits.clock_stops_in_sleep => since,
            _ => at,
        };
        Instant::ORIGIN.saturating_add(at.saturating_since(Instant::ORIGIN.saturating_add(self.page.stood)))
    }

    /// The virtual time of a time of the page's clock; `None` while that stands still.
    pub(super) fn virtual_time(&self, at: Instant) -> Option<Instant> {
        let stands = self.page.asleep_since.is_some() && self.habits.clock_stops_in_sleep;
        (!stands).then(|| at.saturating_add(self.page.stood))
    }

    /// After a sleep of this long.
    pub(super) fn wake_clock(&mut self, slept: Span) {
        if self.habits.clock_stops_in_sleep {
            self.page.stood = self.page.stood.saturating_add(slept);
        }
    }
}
