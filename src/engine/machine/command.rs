//! Commands of the application: send, close, reconnect and its rate limit. Also the expiry of queued messages, and the polling for
//! `drained()`.

use super::super::cause::{CloseCause, RetryCause};
use super::super::close::{CLOSE_TIMEOUT, Close};
use super::super::error::SendError;
use super::super::ids::{ConnectionId, RequestId};
use super::super::instant::{Instant, Span};
use super::super::outbox::Sent;
use super::super::output::{Event, Output};
use super::super::requests::Place;
use super::super::state::{Ended, Phase};
use super::super::timer::Timer;
use super::Engine;

/// The rate limit of [`Engine::reconnect`]: this many attempts in a row are made without delay.
const AT_ONCE: u32 = 3;

/// The least time between the beginnings of further attempts, if there is no `min_delay`.
const PAUSE: Span = Span::from_millis(500);

/// The interval between two drain events while a connection is open.
const DRAIN: Span = Span::from_millis(20);

/// The interval while nothing can be sent. Requests that time out may still empty the queue.
const DRAIN_UNCONNECTED: Span = Span::from_millis(1_000);

impl<P: Clone> Engine<P> {
    /// True if a message would be sent at once.
    #[must_use]
    pub const fn can_transmit(&self) -> bool {
        matches!(self.phase, Phase::Open) && !self.liveness.in_doubt
    }

    /// True if a message would be [discarded](Sent::Discarded): `close()` was called, or the socket is closed.
    #[must_use]
    pub const fn discards(&self) -> bool {
        matches!(self.phase, Phase::Closing | Phase::Closed)
    }

    /// Sends a message of `bytes` bytes, or keeps it until a connection is open. `now` is only used if it is queued,
    /// and [`Engine::limits_age`], [`Engine::is_parked`] or [`Engine::is_idle`] is true. The first message of a lazy socket starts an attempt, also if it
    /// can't be queued.
    ///
    /// # Errors
    /// [`SendError`] if it can't be queued; the queue is unchanged.
    pub fn send(&mut self, now: Instant, payload: P, bytes: u64) -> Result<Sent, SendError> {
        match self.phase {
            Phase::Open if !self.liveness.in_doubt => {
                self.transmit(payload);
                Ok(Sent::Transmitted)
            }
            Phase::Closing | Phase::Closed => {
                self.discarded = self.discarded.saturating_add(bytes);
                Ok(Sent::Discarded)
            }
            _ => {
                self.enqueue(now, payload, bytes, None)?;
                Ok(Sent::Queued)
            }
        }
    }

    /// Counts a message that the caller has sent on the open connection itself.
    pub const fn handle_transmitted(&mut self) {
        self.stats.sent = self.stats.sent.saturating_add(1);
    }

    /// Queues a message until a connection is open.
    pub(super) fn enqueue(
        &mut self,
        now: Instant,
        payload: P,
        bytes: u64,
        request: Option<RequestId>,
    ) -> Result<Place, SendError> {
        self.connect(now);
        // Without another attempt nothing would ever take it from the queue.
        let limits = self.config.queue.as_ref().filter(|_| self.config.reconnect.is_some());
        let limits = limits.ok_or(SendError::NotOpen)?;
        let place = self.outbox.push(limits, now, payload, bytes, request)?;
        self.watch_age();
        self.unpark_to_send(now);
        Ok(place)
    }

    /// Schedules the expiry of the oldest message.
    fn watch_age(&mut self) {
        let max_age = self.max_age();
        let due = self.outbox.waits_since().filter(|_| max_age != Span::FOREVER);
        self.timers.set(
            Timer::Age,
            due.map_or(Instant::NEVER, |since| since.saturating_add(max_age)),
        );
    }

    /// True if messages wait for a [limited time](super::super::QueueLimits::max_age). Then [`Engine::send`] needs the time; else only while
    /// [parked](Engine::is_parked) or [idle](Engine::is_idle).
    #[must_use]
    pub fn limits_age(&self) -> bool {
        self.max_age() != Span::FOREVER
    }

    /// Drops and reports messages that have waited too long.
    pub(super) fn expire(&mut self, now: Instant) {
        let max_age = self.max_age();
        if max_age == Span::FOREVER {
            return;
        }
        let before = self.stats.unsent;
        while let Some(payload) = self.outbox.expire(|since| since.saturating_add(max_age) <= now) {
            self.report_unsent(payload);
        }
        if self.stats.unsent > before {
            self.events.push(Event::Expired);
        }
    }

    /// Reports an accepted message that will never be sent.
    pub(super) fn report_unsent(&mut self, payload: P) {
        self.stats.unsent += 1;
        self.events.push(Event::Unsent(payload));
    }

    pub(super) fn age_is_due(&mut self, now: Instant) {
        self.expire(now);
        self.watch_age();
    }

    fn max_age(&self) -> Span {
        self.config.queue.as_ref().map_or(Span::FOREVER, |queue| queue.max_age)
    }

    /// Sends a message on this connection, authenticated or not, or refuses it.
    ///
    /// # Errors
    /// [`SendError::NotOpen`] if the connection is no longer the current one.
    pub fn send_on(&mut self, connection: ConnectionId, payload: P) -> Result<(), SendError> {
        if !self.takes(connection) {
            return Err(SendError::NotOpen);
        }
        self.transmit(payload);
        Ok(())
    }

    /// True if a message for this connection alone can be sent.
    pub(super) fn takes(&self, connection: ConnectionId) -> bool {
        matches!(self.phase, Phase::Authenticating | Phase::Open) && self.is_current(connection)
    }

    /// Closes the socket: closes the connection or abandons the attempt, and makes no other.
    pub fn close(&mut self, now: Instant) {
        if let Some(close) = self.take_held() {
            return self.finish(now, close, CloseCause::Closed);
        }
        match self.phase {
            Phase::Connecting | Phase::Authenticating | Phase::Open | Phase::PeerClosing => {
                self.phase = Phase::Closing;
                let failed = self.timers.get(Timer::Failed);
                self.timers.clear_connection_timers();
                self.timers.set(Timer::Failed, failed);
                self.timers.set(Timer::Close, now.saturating_add(CLOSE_TIMEOUT));
                if let Some(heartbeat) = &self.config.heartbeat {
                    // The peer's close frame is an answer like any other; a dead connection would take the browser a minute.
                    self.timers
                        .set(Timer::PongTimeout, now.saturating_add(heartbeat.timeout));
                }
                self.outputs.push(Output::Close(self.current()));
                self.report_status();
            }
            Phase::Idle | Phase::Resolving | Phase::Waiting => self.finish(now, Close::ABNORMAL, CloseCause::Closed),
            Phase::AwaitingDecision => {
                let Ended { close, cause, .. } = self.ended;
                self.finish(now, close, cause);
            }
            Phase::Closing | Phase::Closed => {}
        }
    }

    /// Requests one [`Event::Drain`] in 20 ms, or in 1 s while no connection is open. Browsers fire no event when the buffer of a
    /// `WebSocket` empties.
    pub fn watch_drain(&mut self, now: Instant) {
        let pause = match self.phase {
            Phase::Closed => return,
            Phase::Authenticating | Phase::Open | Phase::PeerClosing | Phase::Closing => DRAIN,
            _ => DRAIN_UNCONNECTED,
        };
        // Another caller may be waiting already, and must not wait longer.
        self.timers.set_earlier(Timer::Drain, now.saturating_add(pause));
    }

    /// True if the socket is lazy and was not used yet. Then [`Engine::send`] needs the time.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle)
    }

    /// Starts the first attempt of a lazy socket, if it was not used yet. In a page that was left, it is made when the page is back.
    pub fn connect(&mut self, now: Instant) {
        if self.phase != Phase::Idle {
            return;
        }
        if self.page.is_left() {
            self.phase = Phase::Waiting;
            (self.waiting_since, self.not_before) = (now, Instant::ORIGIN);
            self.report_status();
        } else {
            self.begin_attempt(now);
        }
    }

    /// Reconnects from any state. A planned attempt is made now, and the backoff is not reset. A connection or an attempt under way is
    /// abandoned, and delays start over.
    ///
    /// An application that does so whenever a connection ends must not dial without pause. So after a few of these since a stable
    /// connection, an attempt is planned for [`min_delay`](super::super::Reconnect::min_delay) after the last one began, if that is
    /// yet to come.
    pub fn reconnect(&mut self, now: Instant) {
        if self.phase == Phase::Idle {
            return self.connect(now);
        }
        // These bytes belong to the closed socket. They are never sent, so nobody could wait for the buffer to drain any more.
        self.discarded = 0;
        let waits = matches!(self.phase, Phase::Waiting);
        let replaces = self.manual && matches!(self.phase, Phase::Resolving | Phase::Connecting);
        if !waits {
            self.abandon_connection();
            if matches!(self.phase, Phase::Open | Phase::PeerClosing) && self.is_stable(now) {
                self.manual_attempts = 0;
            }
            match self.phase {
                Phase::Closed => {}
                Phase::AwaitingDecision => {
                    let Ended { close, cause, .. } = self.ended;
                    self.report_end(now, close, cause);
                }
                _ => self.report_end(now, Close::ABNORMAL, CloseCause::Manual),
            }
            self.start_over();
            self.attempt = 1;
        }
        let from = self.attempt_from(now);
        let at = self.manual_from(now).max(from);
        let at_once = at <= now;
        if !at_once {
            self.await_lingering(now, from);
        }
        if waits && !at_once && self.timers.get(Timer::Retry) <= at {
            // Nothing new is planned.
            return;
        }
        self.planned = RetryCause::Manual;
        self.manual = true;
        self.manual_attempts = self.manual_attempts.saturating_add(1);
        if at_once {
            if !replaces {
                self.report_plan(Span::ZERO, RetryCause::Manual);
            }
            self.begin_attempt(now);
        } else {
            self.plan(now, at.saturating_since(now), at, RetryCause::Manual);
        }
    }

    /// Returns the earliest time for an attempt by [`Engine::reconnect`].
    fn manual_from(&self, now: Instant) -> Instant {
        if self.manual_attempts < AT_ONCE {
            return now;
        }
        let pause = self
            .config
            .reconnect
            .as_ref()
            .map_or(PAUSE, |reconnect| reconnect.min_delay);
        // A clock that runs backwards makes nobody wait longer than that.
        self.began_at.min(now).saturating_add(pause)
    }
}
