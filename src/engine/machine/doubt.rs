//! A connection in doubt: when messages wait because an open connection may be dead (the page may have slept, or silence lasted long).
//!
//! The browser accepts messages on a dead connection without an error. So messages wait in the queue until the connection has
//! answered a ping, and are then sent in order. If it doesn't answer, they are sent on the next connection. That needs a heartbeat, a
//! queue and reconnection. Without any of them no connection is ever in doubt.

use super::super::instant::{Instant, Span};
use super::super::state::Phase;
use super::Engine;
use super::liveness::LATE;

impl<P: Clone> Engine<P> {
    /// True if the connection may be in doubt after silence. Then call [`Engine::handle_inactivity`] before each message that is sent past
    /// the engine.
    #[must_use]
    pub fn doubts(&self) -> bool {
        self.patience() != Span::FOREVER
    }

    /// Until when the connection is trusted, unless more is received by then.
    pub(super) fn trusted_until(&self) -> Instant {
        self.liveness.last_proof.saturating_add(self.patience())
    }

    /// A message is about to be sent. If the connection was inactive for longer than the heartbeat allows, it is in doubt.
    pub fn handle_inactivity(&mut self, now: Instant) {
        if self.phase == Phase::Open && now > self.trusted_until() {
            self.doubt();
            self.probe(now);
        }
    }

    /// The silence after which a connection is in doubt.
    fn patience(&self) -> Span {
        match &self.config.heartbeat {
            Some(heartbeat) if self.config.reconnect.is_some() && self.config.queue.is_some() => {
                heartbeat.interval.saturating_add(heartbeat.timeout)
            }
            _ => Span::FOREVER,
        }
    }

    /// Puts the connection in doubt: messages wait from now on. The caller then [probes](Engine::probe) it.
    pub(super) fn doubt(&mut self) {
        self.liveness.in_doubt = self.doubts();
    }

    /// The connection has proved to be alive: the queue is sent.
    pub(super) fn trust(&mut self, now: Instant) {
        if core::mem::take(&mut self.liveness.in_doubt) {
            self.flush(now);
        }
    }

    /// A tick came late: the page may have slept, unless something was received lately.
    pub(super) fn ticked_late(&mut self, now: Instant) {
        if self.phase == Phase::Open && now.saturating_since(self.liveness.last_proof) > LATE {
            self.doubt();
        }
    }

    /// Pings the connection that a late tick has put in doubt, unless a deadline of its own has done so.
    pub(super) fn probe_in_doubt(&mut self, now: Instant) {
        if self.phase == Phase::Open && self.liveness.in_doubt {
            self.probe(now);
        }
    }
}
