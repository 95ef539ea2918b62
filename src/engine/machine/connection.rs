//! A connection's life: its URL is resolved, it is dialled, opened, authenticated or rejected, receives, and ends. Sets the connect
//! timeout, which `liveness` checks. Input of any but the current connection changes nothing.

use super::super::cause::CloseCause;
use super::super::close::{CLOSE_TIMEOUT, Close};
use super::super::ids::{ConnectionId, ResolveId};
use super::super::instant::{Instant, Span};
use super::super::output::{Event, Output};
use super::super::requests::Place;
use super::super::state::{Hiding, Liveness, Phase};
use super::super::timer::{Deadline, Timer};
use super::Engine;
use super::liveness::LATE;
use super::retry::RECOVERY_TIMEOUT;

/// The time from the error of a connection that never opened to its close event. Browsers fire both in one task, or in two that
/// follow each other.
const CLOSE_AFTER_ERROR: Span = Span::from_millis(50);

impl<P: Clone> Engine<P> {
    /// Starts an attempt: asks for the URL if the application provides it, dials otherwise.
    pub(super) fn begin_attempt(&mut self, now: Instant) {
        self.hiding = Hiding::NONE;
        if self.waits_for_lingering(now) {
            return;
        }
        self.stats.attempts = self.stats.attempts.saturating_add(1);
        self.timers.clear_connection_timers();
        self.began_at = now;
        if let Some(reconnect) = &self.config.reconnect {
            // It includes resolving the URL: a function that never answers must not block all attempts.
            let timeout = if self.shortened {
                reconnect.connect_timeout.min(RECOVERY_TIMEOUT)
            } else {
                reconnect.connect_timeout
            };
            self.timers.set(Timer::Connect, now.saturating_add(timeout));
        }
        if self.config.resolves {
            let question = ResolveId::new(self.number());
            self.phase = Phase::Resolving;
            self.outputs.push(Output::Resolve(question));
        } else {
            self.dial();
        }
        self.report_status();
    }

    /// The application has resolved the URL.
    pub fn handle_resolved(&mut self, question: ResolveId) {
        if !self.is_asked(question) {
            return;
        }
        if self.page.is_left() {
            // The next attempt follows when the page is back.
            self.timers.clear_connection_timers();
            self.phase = Phase::Waiting;
            (self.waiting_since, self.not_before) = (self.began_at, Instant::ORIGIN);
        } else {
            self.dial();
        }
    }

    fn is_asked(&self, question: ResolveId) -> bool {
        self.question() == Some(question)
    }

    /// The application could not resolve the URL, so the attempt has failed.
    pub fn handle_unresolved(&mut self, now: Instant, question: ResolveId) {
        if self.is_asked(question) {
            self.events.push(Event::Error);
            self.end(now, Close::ABNORMAL, CloseCause::Failed);
        }
    }

    /// The browser refused the URL or a subprotocol, so no connection was dialled.
    pub fn handle_refused(&mut self, now: Instant, connection: ConnectionId) {
        if self.is_current(connection) {
            self.events.push(Event::Error);
            self.end(now, Close::ABNORMAL, CloseCause::Failed);
        }
    }

    /// The connection reported an error. If it has not opened, its close event follows at once or never, and then the attempt has
    /// failed all the same: Node 22's class has none for a failed handshake, Chromium's none for what a Content Security Policy
    /// forbids.
    ///
    /// Without reconnection it changes nothing: the native socket's own events are used.
    ///
    /// Returns true if `error` is dispatched now: only for the current connection, and not while the page is being left.
    pub fn handle_error(&mut self, now: Instant, connection: ConnectionId) -> bool {
        if !self.is_current(connection) {
            return false;
        }
        let unopened = matches!(self.phase, Phase::Connecting | Phase::Closing);
        if unopened && self.config.reconnect.is_some() && !self.timers.is_set(Timer::Failed) {
            self.timers.set(Timer::Failed, now.saturating_add(CLOSE_AFTER_ERROR));
        }
        self.reports_error(now)
    }

    /// No close event has followed the error. The error itself has been dispatched.
    pub(super) fn failure_is_due(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Connecting | Phase::Closing) {
            self.abandon(now, CloseCause::Failed);
        }
    }

    /// The connection is open: to be authenticated first if [`Config::authenticates`](super::Config::authenticates).
    pub fn handle_open(&mut self, now: Instant, connection: ConnectionId) {
        if self.phase != Phase::Connecting || !self.is_current(connection) {
            return;
        }
        self.online = true;
        // It opened after all.
        self.timers.stop(Timer::Failed);
        if self.config.authenticates {
            // The connect timeout keeps running: a server that doesn't answer must not block all attempts.
            self.phase = Phase::Authenticating;
            self.restore_timeout();
            self.liveness = Liveness::new(now);
            self.events.push(Event::Authenticate(connection));
        } else {
            self.opened(now);
        }
    }

    /// The application has authenticated the connection.
    pub fn handle_authenticated(&mut self, now: Instant, connection: ConnectionId) {
        if self.is_authenticating(connection) {
            self.opened(now);
        }
    }

    /// The application could not authenticate the connection, so the attempt has failed. Returns true if it was still to be
    /// authenticated.
    pub fn handle_rejected(&mut self, now: Instant, connection: ConnectionId) -> bool {
        let authenticating = self.is_authenticating(connection);
        if authenticating {
            self.events.push(Event::Error);
            self.abandon(now, CloseCause::Failed);
        }
        authenticating
    }

    /// The connection can be used. The queue is sent at once, before the application's `open` event.
    fn opened(&mut self, now: Instant) {
        self.phase = Phase::Open;
        self.opened_at = now;
        (self.manual, self.shortened) = (false, false);
        self.stats.connections = self.stats.connections.saturating_add(1);
        self.timers.stop(Timer::Connect);
        if let Some(reconnect) = &self.config.reconnect {
            self.timers
                .set(Timer::Stable, now.saturating_add(reconnect.stable_after));
        }
        self.start_liveness(now);
        self.record_page_change(now);
        self.start_hidden_timer(now);
        self.flush(now);
        if self.timers.is_set(Timer::Drain) {
            self.watch_drain(now);
        }
        self.events.push(Event::Open(self.current()));
        self.report_status();
    }

    /// A message was received; `answer` is true if it is a pong. Returns true if the connection is the current one. `now` is used
    /// of a pong, and of any message if [`Engine::needs_message_times`].
    pub fn handle_message(&mut self, now: Instant, connection: ConnectionId, answer: bool) -> bool {
        if !self.is_current(connection) {
            return false;
        }
        self.stats.received += 1;
        // A message proves that the network works, even if the browser reports offline.
        self.online = true;
        self.record_activity(now, answer);
        true
    }

    /// The server has started the closing handshake. A message sent from now on would be lost, so it waits for the next connection.
    ///
    /// Liveness checks stop: the peer sends nothing more, and browsers close the connection within seconds
    /// ([RFC 6455, 7.1.1](https://www.rfc-editor.org/rfc/rfc6455#section-7.1.1)). Declaring it dead would lose its close code.
    pub fn handle_peer_closing(&mut self, now: Instant, connection: ConnectionId) {
        if self.is_open(connection) {
            self.phase = Phase::PeerClosing;
            self.stop_liveness();
            self.timers.stop(Timer::Hidden);
            self.timers.set(Timer::Close, now.saturating_add(CLOSE_TIMEOUT));
            self.report_status();
        }
    }

    /// The closing handshake takes too long. After a sleep, its end may be about to be reported.
    pub(super) fn close_is_due(&mut self, now: Instant, due: Deadline) {
        if due.checks == 0 {
            let (at, checks, late) = (now.saturating_add(LATE), 1, false);
            self.timers.put(Timer::Close, Deadline { at, checks, late });
        } else {
            self.abandon(now, CloseCause::Closed);
        }
    }

    /// The connection has ended.
    pub fn handle_closed(&mut self, now: Instant, connection: ConnectionId, close: Close) {
        if self.is_current(connection) && !self.hold(now, connection, close) {
            let cause = match self.phase {
                Phase::Connecting | Phase::Authenticating => CloseCause::Failed,
                _ => CloseCause::Closed,
            };
            self.end(now, close, cause);
        }
    }

    /// Abandons the connection or attempt, and ends it with this cause.
    pub(super) fn abandon(&mut self, now: Instant, cause: CloseCause) {
        self.abandon_connection();
        self.end(now, Close::ABNORMAL, cause);
    }

    pub(super) fn abandon_connection(&mut self) {
        if let Some(connection) = self.connection() {
            self.outputs.push(Output::Abandon(connection));
        }
    }

    /// True if this is the connection whose input counts.
    pub(super) fn is_current(&self, connection: ConnectionId) -> bool {
        self.connection() == Some(connection)
    }

    /// True if this connection is open and authenticated.
    pub(super) fn is_open(&self, connection: ConnectionId) -> bool {
        self.phase == Phase::Open && self.is_current(connection)
    }

    /// True if this connection is open and must still be authenticated.
    fn is_authenticating(&self, connection: ConnectionId) -> bool {
        self.phase == Phase::Authenticating && self.is_current(connection)
    }

    /// Sends the queue, except for messages that have waited too long.
    pub(super) fn flush(&mut self, now: Instant) {
        self.expire(now);
        self.timers.stop(Timer::Age);
        while let Some((payload, request)) = self.outbox.pop() {
            if let Some(pending) = request.and_then(|id| self.requests.get_mut(id)) {
                pending.place = Place::InFlight;
            }
            self.transmit(payload);
        }
    }

    /// Hands a message to the connection.
    pub(super) fn transmit(&mut self, payload: P) {
        self.stats.sent += 1;
        self.outputs.push(Output::Transmit(self.current(), payload));
    }

    fn dial(&mut self) {
        let connection = ConnectionId::new(self.number());
        self.phase = Phase::Connecting;
        self.outputs.push(Output::Dial(connection));
    }

    pub(super) const fn number(&mut self) -> u32 {
        self.numbered = self.numbered.wrapping_add(1);
        self.numbered
    }
}
