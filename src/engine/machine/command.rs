//! What the application asks for: send, close, reconnect.

use super::super::close::{Cause, Close};
use super::super::error::SendError;
use super::super::instant::Instant;
use super::super::output::{Connection, Event, Output};
use super::super::state::Phase;
use super::super::timer::Timer;
use super::Engine;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sent {
    /// It was handed to the open connection.
    Transmitted,
    /// It waits for a connection.
    Queued,
    /// It came after the end: counted in `bufferedAmount` and dropped, as the
    /// [standard](https://websockets.spec.whatwg.org/#dom-websocket-send) has it.
    Discarded,
}

/// How long between two looks at a buffer that drains.
const DRAIN: super::Span = super::Span::from_millis(20);

/// The same while nothing can leave: requests that run out of time empty the queue, too.
const DRAIN_UNCONNECTED: super::Span = super::Span::from_millis(1_000);

impl<P: Clone> Engine<P> {
    /// Whether a message would go out at once.
    #[must_use]
    pub const fn can_transmit(&self) -> bool {
        matches!(self.phase, Phase::Open(_)) && !self.watch.in_doubt
    }

    /// Whether a message would be [discarded](Sent::Discarded): `close()` was called, or it is over.
    #[must_use]
    pub const fn discards(&self) -> bool {
        matches!(self.phase, Phase::Closing(_) | Phase::Closed)
    }

    /// Sends a message of `bytes` bytes, or keeps it until a connection is open.
    ///
    /// # Errors
    /// [`SendError`] if it may not wait; the queue keeps what it has.
    pub fn send(&mut self, payload: P, bytes: u64) -> Result<Sent, SendError> {
        match self.phase {
            Phase::Open(connection) if !self.watch.in_doubt => {
                self.transmit(connection, payload);
                Ok(Sent::Transmitted)
            }
            Phase::Closing(_) | Phase::Closed => {
                self.discarded = self.discarded.saturating_add(bytes);
                Ok(Sent::Discarded)
            }
            _ => {
                // Without another attempt nothing would ever take it from the queue.
                let limits = self.config.queue.as_ref().filter(|_| self.config.reconnect.is_some());
                self.outbox
                    .push(limits.ok_or(SendError::NotOpen)?, payload, bytes, None)?;
                Ok(Sent::Queued)
            }
        }
    }

    /// The caller has handed a message to the open connection itself: it is counted.
    pub const fn handle_transmitted(&mut self) {
        self.stats.sent = self.stats.sent.saturating_add(1);
    }

    /// Sends a message on this connection, admitted or yet to be, or not at all.
    ///
    /// # Errors
    /// [`SendError::NotOpen`] if the connection is no longer the current one.
    pub fn send_on(&mut self, connection: Connection, payload: P) -> Result<(), SendError> {
        if !self.takes(connection) {
            return Err(SendError::NotOpen);
        }
        self.transmit(connection, payload);
        Ok(())
    }

    /// Whether what is meant for this connection alone can go out on it.
    pub(super) fn takes(&self, connection: Connection) -> bool {
        self.phase.is_admitting(connection) || self.phase.is_open(connection)
    }

    /// Ends it: closes the connection, or gives up the attempt, and makes no other.
    pub fn close(&mut self, now: Instant) {
        match self.phase {
            Phase::Connecting(connection)
            | Phase::Admitting(connection)
            | Phase::Open(connection)
            | Phase::Ending(connection) => {
                self.phase = Phase::Closing(connection);
                let failed = self.timers.get(Timer::Failed);
                self.timers.stop_line();
                if let Some(failed) = failed {
                    self.timers.set(Timer::Failed, failed);
                }
                if let Some(heartbeat) = &self.config.heartbeat {
                    // The peer's close frame is an answer like any other; a dead line would take the browser a minute.
                    self.timers.set(Timer::Answer, now.after(heartbeat.timeout));
                }
                self.outputs.push(Output::Close(connection));
                self.tell_status();
            }
            Phase::Resolving(_) | Phase::Waiting => self.finish(now, Close::ABNORMAL, Cause::Closed),
            Phase::Judging { close, cause, .. } => self.finish(now, close, cause),
            Phase::Closing(_) | Phase::Closed => {}
        }
    }

    /// Has [`Event::Drain`] told shortly, once: the browser fires nothing when its buffer empties, so somebody has to look.
    pub fn watch_drain(&mut self, now: Instant) {
        let pause = match self.phase {
            Phase::Closed => return,
            Phase::Admitting(_) | Phase::Open(_) | Phase::Ending(_) | Phase::Closing(_) => DRAIN,
            _ => DRAIN_UNCONNECTED,
        };
        self.timers.set(Timer::Drain, now.after(pause));
    }

    /// Connects anew from any state. A planned attempt is made now and keeps its place in the backoff; anything else is let
    /// go of, and delays start over.
    pub fn reconnect(&mut self, now: Instant) {
        // Of a life that is over. It would never leave, and nobody could wait for the buffer to drain any more.
        self.discarded = 0;
        if !matches!(self.phase, Phase::Waiting) {
            if let Some(connection) = self.phase.connection() {
                self.outputs.push(Output::Abandon(connection));
            }
            match self.phase {
                Phase::Closed => {}
                Phase::Judging { close, cause, .. } => self.tell_end(now, close, cause),
                _ => self.tell_end(now, Close::ABNORMAL, Cause::Manual),
            }
            self.start_over();
            self.attempt = 1;
        }
        let delay = super::Span::ZERO;
        self.events.push(Event::Reconnecting {
            attempt: self.attempt,
            delay,
            cause: Cause::Manual,
        });
        self.begin_attempt(now);
    }
}
