//! Lingering connections (abandoned, not closed yet): defers attempts while there are too many. `state/lingering.rs` has the bound.
//!
//! On a dead network the browser keeps each of them until the closing handshake has timed out: a minute in Chromium. A server that
//! accepts connections and says nothing would have them add up with each attempt.

use super::super::instant::{Instant, Span};
use super::super::state::Phase;
use super::super::timer::Timer;
use super::Engine;

/// The interval between attempts while too many connections linger.
const PAUSE: Span = Span::from_millis(10_000);

impl<P: Clone> Engine<P> {
    /// An [abandoned](super::super::Output::Abandon) connection has not closed yet. Call [`Engine::handle_linger_ended`] when it has;
    /// otherwise it counts for 75 s. A caller that can't observe this calls neither.
    pub fn handle_lingering(&mut self, now: Instant) {
        self.lingering.add(now);
    }

    /// A lingering connection has closed.
    pub fn handle_linger_ended(&mut self, now: Instant) {
        self.lingering.remove(now);
        // Its time may have been moved since, for another reason.
        let until = self.lingering.until;
        let waits = until != Instant::NEVER && until == self.timers.get(Timer::Retry);
        if waits && !self.lingering.is_full(now) && !self.page.is_left() {
            self.retry_is_due(now);
        }
    }

    /// Returns the earliest time for an attempt.
    pub(super) fn attempt_from(&self, now: Instant) -> Instant {
        if !self.lingering.is_full(now) {
            return now;
        }
        let latest = now.saturating_add(PAUSE);
        // A clock that runs backwards makes nobody wait longer.
        self.lingering.until.min(latest).max(now)
    }

    /// Records that an attempt waits for lingering connections `until` then, or that none waits if that is now.
    pub(super) fn await_lingering(&mut self, now: Instant, until: Instant) {
        self.lingering.until = if until > now { until } else { Instant::NEVER };
    }

    /// Defers the attempt while too many connections linger. Returns true if it does.
    pub(super) fn waits_for_lingering(&mut self, now: Instant) -> bool {
        let until = self.attempt_from(now);
        let waits = until > now;
        self.await_lingering(now, until);
        if waits {
            self.timers.clear_connection_timers();
            self.phase = Phase::Waiting;
            (self.waiting_since, self.not_before) = (now, until);
            self.timers.set(Timer::Retry, until);
            self.report_plan(until.saturating_since(now), self.planned);
            self.report_status();
        }
        waits
    }
}
