//! Reconnection: decides whether another attempt follows and when (backoff, close code, `maxAttempts`, `online`), and expedites or
//! defers it.

use super::super::cause::{CloseCause, RetryCause};
use super::super::close::Close;
use super::super::ids::{ConnectionId, DecisionId};
use super::super::instant::{Instant, Span};
use super::super::output::Event;
use super::super::signal::Signal;
use super::super::state::{Ended, Hiding, Phase};
use super::super::timer::Timer;
use super::Engine;

/// An attempt that the network or the page brings forward is spread over this time, because many clients' networks come back at once.
const WAKE_JITTER: Span = Span::from_millis(250);

/// The timeout of the attempt that is under way when the network comes back, or else of the next one. Packets that were sent
/// before are lost, and `online` may be fired half a second early.
pub(super) const RECOVERY_TIMEOUT: Span = Span::from_millis(2_000);

/// A close event this soon after the page came back may have been caused by the sleep.
const WAKING: Span = Span::from_millis(2_000);

/// The `stable_after` of an engine that does not reconnect.
const STABLE_AFTER: Span = Span::from_millis(5_000);

impl<P: Clone> Engine<P> {
    /// Counts the connection or attempt that has ended, and decides whether another attempt follows.
    pub(super) fn end(&mut self, now: Instant, close: Close, cause: CloseCause) {
        let connection = self.connection();
        let opened = matches!(self.phase, Phase::Open | Phase::PeerClosing);
        let asked_for = self.phase == Phase::Closing;
        self.timers.clear_connection_timers();
        let shortened = core::mem::take(&mut self.shortened);
        // By the clock, because the timer may be due and not handled yet.
        let lasted = opened && self.is_stable(now);
        if lasted {
            self.manual_attempts = 0;
        }
        let Some(reconnect) = &self.config.reconnect else {
            return self.finish(now, close, cause);
        };
        let (asks, max_attempts) = (reconnect.asks, reconnect.max_attempts);
        if lasted {
            self.start_over();
        } else if !shortened && !cause.is_ours() {
            self.failures = self.failures.saturating_add(1);
        } else {
            // It was not a failure of the server, so it neither lengthens the delays nor counts for `max_attempts`.
            self.backoff.reset();
        }
        let would_reconnect = !close.is_final();
        if asked_for || self.failures >= max_attempts || !(asks || would_reconnect) {
            self.finish(now, close, cause);
        } else if asks {
            let id = DecisionId::new(self.number());
            self.phase = Phase::AwaitingDecision;
            self.ended = Ended {
                close,
                cause,
                connection,
            };
            let attempt = self.attempt.saturating_add(1);
            self.events.push(Event::ShouldReconnect {
                id,
                close,
                attempt,
                cause,
                connection,
                would_reconnect,
            });
        } else {
            self.retry(now, close, cause);
        }
    }

    /// The application's answer to the [`Event::ShouldReconnect`] with this id: true for another attempt.
    pub fn handle_decision(&mut self, now: Instant, id: DecisionId, go_on: bool) {
        if self.phase == Phase::AwaitingDecision && self.numbered == id.get() {
            let Ended { close, cause, .. } = self.ended;
            if go_on {
                self.retry(now, close, cause);
            } else {
                self.finish(now, close, cause);
            }
        }
    }

    /// The page or its network has changed.
    pub fn handle_signal(&mut self, now: Instant, signal: Signal) {
        match signal {
            Signal::Online => {
                self.online = true;
                self.shorten_timeout(now);
            }
            Signal::Offline => self.online = false,
            Signal::Wake => self.page_returns(now),
            Signal::Hidden => return self.page_hides(now),
            Signal::Leaving => return self.page_leaves(now),
            Signal::Left => return self.page_left(now),
            Signal::Restored => self.page_restored(now),
            Signal::Jump => self.page.sleeps(),
        }
        if self.page.is_left() {
            return;
        }
        if signal == Signal::Wake && self.phase.has_connection() {
            self.expedites_until = now.saturating_add(WAKING);
        }
        match self.phase {
            Phase::Waiting if self.is_parked() => {}
            Phase::Waiting if signal == Signal::Offline => self.defer(now),
            Phase::Waiting if self.online && !matches!(signal, Signal::Jump | Signal::Restored) => self.expedite(now),
            Phase::Open => {
                self.doubt();
                self.probe(now);
            }
            _ => {}
        }
        self.report_status();
    }

    /// Closes the socket for good. Queued messages are reported as unsent.
    pub(super) fn finish(&mut self, now: Instant, close: Close, cause: CloseCause) {
        let connection = self.ended_connection();
        self.phase = Phase::Closed;
        self.hiding = Hiding::NONE;
        self.timers.clear_connection_timers();
        self.timers.stop(Timer::Drain);
        self.timers.stop(Timer::Age);
        (self.manual, self.shortened) = (false, false);
        while let Some((payload, request)) = self.outbox.pop() {
            // Requests are reported by an event of their own.
            if request.is_none() {
                self.report_unsent(payload);
            }
        }
        self.events.push(Event::Close {
            close,
            cause,
            connection,
            will_reconnect: false,
        });
        self.lose_requests(now, true);
        self.report_status();
    }

    /// Delays and counts start over.
    pub(super) fn start_over(&mut self) {
        self.attempt = 0;
        self.failures = 0;
        self.backoff.reset();
    }

    /// Reports the end of a connection after which another attempt follows.
    pub(super) fn report_end(&mut self, now: Instant, close: Close, cause: CloseCause) {
        let connection = self.ended_connection();
        self.events.push(Event::Close {
            close,
            cause,
            connection,
            will_reconnect: true,
        });
        self.lose_requests(now, false);
    }

    fn ended_connection(&self) -> Option<ConnectionId> {
        if self.phase == Phase::AwaitingDecision {
            self.ended.connection
        } else {
            self.connection()
        }
    }

    /// True if the connection has lasted long enough by now.
    pub(super) fn is_stable(&self, now: Instant) -> bool {
        let reconnect = self.config.reconnect.as_ref();
        let stable_after = reconnect.map_or(STABLE_AFTER, |reconnect| reconnect.stable_after);
        now.saturating_since(self.opened_at) >= stable_after
    }

    /// The connection has lasted long enough, while it is open.
    pub(super) fn stable_is_due(&mut self) {
        self.manual_attempts = 0;
        self.start_over();
    }

    fn retry(&mut self, now: Instant, close: Close, cause: CloseCause) {
        self.report_end(now, close, cause);
        self.attempt = self.attempt.saturating_add(1);
        self.manual = false;
        let expedites = core::mem::replace(&mut self.expedites_until, Instant::ORIGIN) > now && self.online;
        let max_delay = self.max_delay();
        let least = close.least_delay(max_delay);
        if self.parks(cause) {
            return self.park(now, now.saturating_add(least), cause.into());
        }
        let mut delay = least;
        if let Some(reconnect) = self.config.reconnect.as_ref().filter(|_| !cause.is_ours()) {
            let (low, high) = self.backoff.next(reconnect);
            let (low, high) = if cause.is_silence() {
                // Such timeouts are spread over the clients already, and the users of these connections have waited already.
                (low, low.saturating_add(high).half())
            } else if let Some(most) = close.greatest_delay(max_delay) {
                (least, most)
            } else {
                // Drawn even if a server sent `retryAfter`: clients with the same value must not return at the same time.
                (least.saturating_add(low), least.saturating_add(high))
            };
            delay = self.random.between(low, high);
        }
        if !self.online {
            delay = delay.max(max_delay);
        }
        self.plan(now, delay, now.saturating_add(least), cause.into());
        if expedites {
            self.expedite(now);
        }
    }

    /// Plans the next attempt, which the network and the page bring forward to `not_before` at most.
    pub(super) fn plan(&mut self, now: Instant, delay: Span, not_before: Instant, cause: RetryCause) {
        self.timers.clear_connection_timers();
        self.hiding = Hiding::NONE;
        self.phase = Phase::Waiting;
        (self.waiting_since, self.not_before) = (now, not_before);
        self.timers.set(Timer::Retry, now.saturating_add(delay));
        self.planned = cause;
        self.report_plan(delay, cause);
        self.report_status();
    }

    pub(super) fn report_plan(&mut self, delay: Span, cause: RetryCause) {
        let attempt = self.attempt;
        self.events.push(Event::Reconnecting { attempt, delay, cause });
    }

    /// Offline, attempts are not spent, but one is still made `max_delay` after the last: the browser may be wrong.
    fn defer(&mut self, now: Instant) {
        let try_anyway = self.waiting_since.saturating_add(self.max_delay());
        if self.timers.get(Timer::Retry) < try_anyway {
            self.timers.set(Timer::Retry, try_anyway);
            self.report_plan(try_anyway.saturating_since(now), self.planned);
        }
    }

    /// Brings the planned attempt forward to about now, but not before a time that the server asked for.
    fn expedite(&mut self, now: Instant) {
        let jitter = self.random.between(Span::ZERO, WAKE_JITTER);
        let at = now.max(self.not_before).saturating_add(jitter);
        if at < self.timers.get(Timer::Retry) {
            self.timers.set(Timer::Retry, at);
            self.planned = RetryCause::Online;
            self.report_plan(at.saturating_since(now), RetryCause::Online);
        }
    }

    /// The network is back: the attempt under way, or else the next one, gets a short timeout. At most once per
    /// `max(connect_timeout, max_delay)`, so that attempts on an unstable network can finish.
    fn shorten_timeout(&mut self, now: Instant) {
        let Some(reconnect) = self.config.reconnect.as_ref().filter(|_| !self.is_parked()) else {
            return;
        };
        let under_way =
            matches!(self.phase, Phase::Resolving | Phase::Connecting) && !self.page.holds(self.connection());
        if now < self.shortens_from || !(under_way || self.phase == Phase::Waiting) {
            return;
        }
        self.shortened = true;
        self.shortens_from = now.saturating_add(reconnect.connect_timeout.max(reconnect.max_delay));
        if under_way {
            self.timers
                .set_earlier(Timer::Connect, now.saturating_add(RECOVERY_TIMEOUT));
        }
    }

    /// The network works: the attempt gets its full timeout again.
    pub(super) fn restore_timeout(&mut self) {
        if let (true, Some(reconnect)) = (self.shortened, &self.config.reconnect) {
            self.shortened = false;
            self.timers
                .set(Timer::Connect, self.began_at.saturating_add(reconnect.connect_timeout));
        }
    }

    pub(super) fn max_delay(&self) -> Span {
        self.config
            .reconnect
            .as_ref()
            .map_or(Span::ZERO, |reconnect| reconnect.max_delay)
    }
}
