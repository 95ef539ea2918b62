//! Between connections: whether another attempt follows, when, and what brings it forward or puts it off.

use super::super::close::{Cause, Close};
use super::super::instant::{Instant, Span};
use super::super::output::Event;
use super::super::state::Phase;
use super::super::timer::Timer;
use super::Engine;

/// An attempt that the network or the page brings forward is spread over this: everyone's network comes back at once.
const HASTE: Span = Span::from_millis(250);

/// What the page tells about itself and its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// The network is back.
    Online,
    /// The network is gone, or so the browser believes.
    Offline,
    /// The page is back: visible again, resumed, or restored from the back/forward cache.
    Wake,
    /// The wall clock ran ahead of the page's own: the machine slept, or somebody set the clock. Only proves that the connection
    /// should be probed.
    Jump,
}

impl<P: Clone> Engine<P> {
    /// What is under way has ended: counts it, and decides whether another attempt follows.
    pub(super) fn end(&mut self, now: Instant, close: Close, cause: Cause) {
        let connection = self.phase.connection();
        let opened = matches!(self.phase, Phase::Open(_) | Phase::Ending(_));
        let asked_for = matches!(self.phase, Phase::Closing(_));
        self.timers.stop_line();
        let Some(reconnect) = &self.config.reconnect else {
            return self.finish(now, close, cause);
        };
        let (asks, max_attempts) = (reconnect.asks, reconnect.max_attempts);
        // By the clock, not by the timer: it may not have had its turn.
        if opened && now.since(self.opened_at) >= reconnect.stable_after {
            self.start_over();
        } else {
            self.failures = self.failures.saturating_add(1);
        }
        if asked_for || close.is_final() || self.failures >= max_attempts {
            self.finish(now, close, cause);
        } else if asks {
            self.phase = Phase::Judging {
                connection,
                close,
                cause,
            };
            let attempt = self.attempt.saturating_add(1);
            self.events.push(Event::Ask {
                close,
                attempt,
                cause,
                connection,
            });
        } else {
            self.retry(now, close, cause);
        }
    }

    /// The application's answer to [`Event::Ask`]: whether to go on.
    pub fn handle_verdict(&mut self, now: Instant, go_on: bool) {
        if let Phase::Judging { close, cause, .. } = self.phase {
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
            Signal::Online => self.online = true,
            Signal::Offline => self.online = false,
            Signal::Wake | Signal::Jump => {}
        }
        match self.phase {
            Phase::Waiting if signal == Signal::Offline => self.put_off(),
            Phase::Waiting if self.online && signal != Signal::Jump => self.hasten(now),
            Phase::Open(connection) => {
                self.doubt();
                self.probe(now, connection);
            }
            _ => {}
        }
        self.tell_status();
    }

    /// It is over. What still waits is reported.
    pub(super) fn finish(&mut self, now: Instant, close: Close, cause: Cause) {
        let connection = self.ended_connection();
        self.phase = Phase::Closed;
        self.timers.stop_line();
        self.timers.stop(Timer::Drain);
        let unsent = self.outbox.take();
        self.stats.unsent += unsent.len() as u64;
        self.events.push(Event::Close {
            close,
            cause,
            connection,
            will_reconnect: false,
            unsent,
        });
        self.lose_requests(now, connection, true);
        self.tell_status();
    }

    /// Delays and counts start over.
    pub(super) fn start_over(&mut self) {
        self.attempt = 0;
        self.failures = 0;
        if let Some(backoff) = &mut self.backoff {
            backoff.reset();
        }
    }

    /// The connection's end, told while another attempt follows.
    pub(super) fn tell_end(&mut self, now: Instant, close: Close, cause: Cause) {
        let connection = self.ended_connection();
        let unsent = alloc::vec::Vec::new();
        self.events.push(Event::Close {
            close,
            cause,
            connection,
            will_reconnect: true,
            unsent,
        });
        self.lose_requests(now, connection, false);
    }

    fn ended_connection(&self) -> Option<super::Connection> {
        match self.phase {
            Phase::Judging { connection, .. } => connection,
            phase => phase.connection(),
        }
    }

    fn retry(&mut self, now: Instant, close: Close, cause: Cause) {
        self.tell_end(now, close, cause);
        self.phase = Phase::Waiting;
        self.attempt = self.attempt.saturating_add(1);
        self.waiting_since = now;
        let max_delay = self.max_delay();
        let least = close.least_delay(max_delay);
        self.not_before = now.after(least);
        let mut delay = match (&mut self.backoff, close.greatest_delay(max_delay)) {
            (Some(backoff), _) if cause.is_silence() => backoff.next_after_silence(&mut self.random),
            (Some(backoff), Some(most)) => backoff.next_within(&mut self.random, least, most),
            (Some(backoff), None) => backoff.next(&mut self.random, least),
            (None, _) => least,
        };
        if !self.online {
            delay = delay.max(max_delay);
        }
        self.timers.set(Timer::Retry, now.after(delay));
        self.events.push(Event::Reconnecting {
            attempt: self.attempt,
            delay,
            cause,
        });
        self.tell_status();
    }

    /// Offline, attempts are not spent, but one is still made `max_delay` after the last: the browser may be wrong.
    fn put_off(&mut self) {
        let try_anyway = self.waiting_since.after(self.max_delay());
        if self.retry_at().is_some_and(|at| at < try_anyway) {
            self.timers.set(Timer::Retry, try_anyway);
        }
    }

    /// Brings the planned attempt forward to about now, but not before a time that the server asked for.
    fn hasten(&mut self, now: Instant) {
        let jitter = self.random.between(Span::ZERO, HASTE);
        let at = now.max(self.not_before).after(jitter);
        // No time planned is the end of time: offline without a `max_delay`, say.
        if at < self.retry_at().unwrap_or(Instant::NEVER) {
            self.timers.set(Timer::Retry, at);
            let delay = at.since(now);
            self.events.push(Event::Reconnecting {
                attempt: self.attempt,
                delay,
                cause: Cause::Online,
            });
        }
    }

    fn max_delay(&self) -> Span {
        self.config
            .reconnect
            .as_ref()
            .map_or(Span::ZERO, |reconnect| reconnect.max_delay)
    }
}
