//! A hidden page: when its connection is closed, and which attempts wait (are parked) until the page is visible.
//!
//! A connection is closed only if nothing needs it: no request is pending, and nothing is queued or in the browser's buffer. Then it is
//! parked: no attempt is planned. The page's return ends that, and so does a message, unless hidden pages don't dial.

use super::super::cause::{CloseCause, RetryCause};
use super::super::ids::ConnectionId;
use super::super::instant::{Instant, Span};
use super::super::output::Output;
use super::super::state::{Hiding, Phase};
use super::super::timer::Timer;
use super::Engine;

/// The interval between two checks of a connection that is in use.
const AGAIN: Span = Span::from_millis(500);

impl<P: Clone> Engine<P> {
    /// True if no attempt is planned because the page is hidden. Then [`Engine::send`] needs the time.
    #[must_use]
    pub const fn is_parked(&self) -> bool {
        self.hiding.parked
    }

    /// The page is hidden, or the connection of a hidden page has opened.
    pub(super) fn start_hidden_timer(&mut self, now: Instant) {
        self.hiding = Hiding::NONE;
        if self.page.is_hidden() && self.phase == Phase::Open {
            self.timers
                .set(Timer::Hidden, now.saturating_add(self.config.hidden.close_after));
        }
    }

    /// The page is visible: its connection is kept.
    pub(super) fn stop_hidden_timer(&mut self) {
        (self.hiding.due, self.hiding.checks) = (false, false);
        self.timers.stop(Timer::Hidden);
    }

    /// The page has been hidden long enough: closes the connection, or checks first whether it is in use.
    pub(super) fn hidden_is_due(&mut self, now: Instant) {
        if self.phase != Phase::Open {
            return;
        }
        if self.requests.len() > 0 {
            self.hiding.due = true;
        } else if self.outbox.is_empty() {
            self.hiding.checks = true;
            self.outputs.push(Output::CheckIdle(self.current()));
        } else {
            self.timers.set(Timer::Hidden, now.saturating_add(AGAIN));
        }
    }

    /// The last request has settled.
    pub(super) fn check_hidden(&mut self, now: Instant) {
        if core::mem::take(&mut self.hiding.due) && self.phase == Phase::Open {
            self.timers.set(Timer::Hidden, now);
        }
    }

    /// The answer to [`Output::CheckIdle`]: true if nothing waits in the browser's buffer, and no call of the server's for its answer.
    pub fn handle_idle(&mut self, now: Instant, connection: ConnectionId, idle: bool) {
        if !self.is_open(connection) || !core::mem::take(&mut self.hiding.checks) {
            return;
        }
        if idle && self.requests.len() == 0 && self.outbox.is_empty() {
            self.abandon(now, CloseCause::Hidden);
        } else {
            self.timers.set(Timer::Hidden, now.saturating_add(AGAIN));
        }
    }

    /// True if the attempt after an end with this cause waits until the page is visible.
    pub(super) fn parks(&self, cause: CloseCause) -> bool {
        let unneeded = cause == CloseCause::Hidden && self.outbox.is_empty();
        self.page.is_hidden() && (unneeded || !self.config.hidden.dial)
    }

    /// Plans no attempt for now.
    pub(super) fn park(&mut self, now: Instant, not_before: Instant, cause: RetryCause) {
        self.timers.clear_connection_timers();
        self.phase = Phase::Waiting;
        (self.waiting_since, self.not_before) = (now, not_before);
        self.planned = cause;
        self.hiding.parked = true;
        self.report_status();
    }

    /// Something is to be sent, so an attempt is made. A page that has been left makes it on return.
    pub(super) fn unpark_to_send(&mut self, now: Instant) {
        if self.config.hidden.dial && !self.page.is_left() {
            self.unpark(now);
        }
    }

    /// Makes the attempt that was not planned: now, unless a server asked for more time, there is no network, or the page may be about
    /// to be left.
    pub(super) fn unpark(&mut self, now: Instant) {
        if !core::mem::take(&mut self.hiding.parked) {
            return;
        }
        let at = now.max(self.not_before).max(self.page.leaving_until());
        let at = if self.online {
            at
        } else {
            at.max(self.waiting_since.saturating_add(self.max_delay()))
        };
        self.report_plan(at.saturating_since(now), self.planned);
        if at > now {
            self.timers.set(Timer::Retry, at);
        } else {
            self.begin_attempt(now);
        }
    }

    /// Parks a hidden page's planned attempt until the page is visible, if hidden pages don't dial. An attempt by
    /// [`Engine::reconnect`] is not parked.
    pub(super) fn park_planned(&mut self, now: Instant) -> bool {
        let parks = self.phase == Phase::Waiting && !self.manual && self.parks(CloseCause::Closed);
        if parks {
            let (since, not_before) = (self.waiting_since, self.not_before);
            self.park(now, not_before, self.planned);
            self.waiting_since = since;
        }
        parks
    }
}
