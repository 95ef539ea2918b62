//! The page's lifecycle: what happens to the connection when the page is hidden, visible again, being left, left, or restored from the
//! back/forward cache (bfcache).
//!
//! Without a heartbeat a connection can't be probed. A page that was hidden for long may have slept, and lost its connection without a
//! close event: iOS leaves it open and dead after some seconds. So the connection is replaced if nothing was received for the last 10 s
//! or more, or if the wall clock shows that the machine slept. It is kept while a request is pending.
//!
//! Firefox ends the connections of a page as soon as another is loading, which may take seconds. A close event that comes after
//! `beforeunload` is held back for some seconds, or until the page has been left. A page that was left has no deadlines until its return.

use super::super::cause::CloseCause;
use super::super::close::Close;
use super::super::ids::ConnectionId;
use super::super::instant::{Instant, Span};
use super::super::output::Event;
use super::super::state::{Held, Phase};
use super::super::timer::Timer;
use super::Engine;

/// A page that was hidden for less than this has hardly slept.
const AWAY: Span = Span::from_millis(10_000);

/// The page is assumed to stay if it has not been left this long after `beforeunload`.
const LEAVING: Span = Span::from_millis(5_000);

impl<P: Clone> Engine<P> {
    /// Records the total number of received messages that bypassed [`Engine::handle_message`]. Call it before
    /// [`Engine::handle_signal`].
    pub const fn handle_bypassed(&mut self, messages: u64) {
        self.page.passed = messages;
    }

    /// A connection has reported an error. Returns true if `error` is dispatched now: not while the page is being left.
    pub(super) fn reports_error(&mut self, now: Instant) -> bool {
        self.page.erred = self.is_leaving(now);
        !self.page.erred
    }

    /// True if the page is being left, or has been.
    fn is_leaving(&self, now: Instant) -> bool {
        self.config.reconnect.is_some() && (self.page.left || now < self.page.leaving_until)
    }

    /// Records when the page changed, and how many messages were received until then.
    pub(super) fn record_page_change(&mut self, now: Instant) {
        self.page.changed_at = now;
        self.page.received = self.stats.received.saturating_add(self.page.passed);
        self.page.slept = false;
    }

    pub(super) fn page_hides(&mut self, now: Instant) {
        if !self.page.hidden {
            self.page.hidden = true;
            self.record_page_change(now);
            if !self.park_planned(now) && !self.is_parked() {
                self.start_hidden_timer(now);
            }
        }
    }

    /// `beforeunload` was fired: the page may be about to be left. It is also fired if the user only starts a download.
    pub(super) const fn page_leaves(&mut self, now: Instant) {
        self.page.leaving_until = now.saturating_add(LEAVING);
    }

    pub(super) fn page_left(&mut self, now: Instant) {
        self.page_hides(now);
        self.page.left = true;
    }

    /// The user has returned to the page. Returns true if an attempt was dropped while the page was left.
    fn comes_back(&mut self) -> bool {
        self.page.leaving_until = Instant::ORIGIN;
        core::mem::take(&mut self.page.left)
            && self.phase == Phase::Waiting
            && !self.timers.is_set(Timer::Retry)
            && !self.is_parked()
    }

    /// The page is back from the back/forward cache, and still hidden: the time of `close_after` keeps running.
    pub(super) fn page_restored(&mut self, now: Instant) {
        if self.comes_back() {
            let delay = if self.online { Span::ZERO } else { self.max_delay() };
            self.plan(now, delay, self.not_before, self.planned);
        }
        self.report_held(now);
        self.park_planned(now);
    }

    pub(super) fn page_returns(&mut self, now: Instant) {
        let hidden = core::mem::take(&mut self.page.hidden);
        self.stop_hidden_timer();
        let given_up = self.comes_back();
        if given_up && !self.online {
            // The browser may be wrong about the network.
            self.plan(now, self.max_delay(), self.not_before, self.planned);
        }
        self.report_held(now);
        let heard = self.page.changed_at.max(self.liveness.last_activity);
        // While the page was visible, the times of messages were not recorded.
        let counts = hidden || self.page.received == self.stats.received.saturating_add(self.page.passed);
        let silent = counts && (self.page.slept || now.saturating_since(heard) >= AWAY);
        if silent && self.online && self.phase == Phase::Open && self.renews() {
            self.abandon(now, CloseCause::Wake);
            if self.phase == Phase::Waiting {
                self.begin_attempt(now);
            }
        }
        self.unpark(now);
        self.record_page_change(now);
    }

    /// True if a silent connection is replaced. It is not while a request is pending, whose reply may be on its way.
    fn renews(&self) -> bool {
        let wanted = self
            .config
            .reconnect
            .as_ref()
            .is_some_and(|reconnect| reconnect.on_wake);
        wanted && self.config.heartbeat.is_none() && self.requests.len() == 0
    }

    /// Holds the end of a connection back while the page is being left. Returns true if it does.
    pub(super) fn hold(&mut self, now: Instant, connection: ConnectionId, close: Close) -> bool {
        if self.phase == Phase::Closing || !self.is_leaving(now) {
            return false;
        }
        if self.phase == Phase::Open {
            // What is sent now waits for the next connection.
            self.phase = Phase::PeerClosing;
        }
        self.timers.clear_connection_timers();
        self.timers.set(Timer::Leave, self.page.leaving_until.max(now));
        self.page.held = Some(Held { connection, close });
        true
    }

    /// The page stays, or is back.
    pub(super) fn report_held(&mut self, now: Instant) {
        if let Some(close) = self.take_held() {
            self.page.leaving_until = Instant::ORIGIN;
            if core::mem::take(&mut self.page.erred) {
                self.events.push(Event::Error);
            }
            self.handle_closed(now, self.current(), close);
        }
    }

    /// Returns the close of the current connection, if it was held back.
    pub(super) fn take_held(&mut self) -> Option<Close> {
        let held = self.page.held.take()?;
        self.is_current(held.connection).then_some(held.close)
    }

    /// The planned attempt is due. It waits while the page is being left.
    pub(super) fn retry_is_due(&mut self, now: Instant) {
        if now < self.page.leaving_until {
            self.timers.set(Timer::Retry, self.page.leaving_until);
        } else if !self.park_planned(now) {
            self.begin_attempt(now);
        }
    }
}
