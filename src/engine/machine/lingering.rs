//! Connections that were abandoned and are yet to close.
//!
//! On a dead network the browser keeps each of them until the closing handshake has timed out: a minute in Chromium. A server that
//! accepts connections and says nothing would have them add up with each attempt.

use super::super::instant::{Instant, Span};
use super::super::state::Phase;
use super::super::timer::Timer;
use super::Engine;

/// How long, unless one closes.
const PAUSE: Span = Span::from_millis(10_000);

impl<P: Clone> Engine<P> {
    /// A connection that was [abandoned](super::super::Output::Abandon) is yet to close: [`Engine::handle_linger_ended`] follows. If it doesn't,
    /// the connection is forgotten after 75 s. A caller who can't know tells neither.
    pub fn handle_lingering(&mut self, now: Instant) {
        self.lingering.add(now);
    }

    /// An abandoned connection has closed.
    pub fn handle_linger_ended(&mut self, now: Instant) {
        self.lingering.remove(now);
        // Its time may have been moved since, for another reason.
        let waits = self.lingering.until.is_some() && self.retry_at() == self.lingering.until;
        if waits && !self.lingering.is_full(now) && !self.page.is_left() {
            self.retry_is_due(now);
        }
    }

    /// From when on an attempt may be made.
    pub(super) fn attempt_from(&self, now: Instant) -> Instant {
        if !self.lingering.is_full(now) {
            return now;
        }
        let latest = now.saturating_add(PAUSE);
        // A clock that runs backwards makes nobody wait longer.
        let until = self.lingering.until.map_or(latest, |until| until.min(latest));
        until.max(now)
    }

    /// An attempt waits for room until then, or for no room if that is now.
    pub(super) fn await_lingering(&mut self, now: Instant, until: Instant) {
        self.lingering.until = (until > now).then_some(until);
    }

    /// Puts the attempt off while too many connections are closing. Returns true if it does.
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
