//! Direct sending: from when on, and until when, messages may go to the connection without a call of the engine.

use super::super::instant::Instant;
use super::super::output::Output;
use super::super::state::Direct;
use super::Engine;

impl<P: Clone> Engine<P> {
    /// Returns the output that allows or revokes direct sending, if that has changed. It comes after all other outputs, so that queued
    /// messages are sent first.
    pub(super) fn poll_direct(&mut self) -> Option<Output<P>> {
        let allowed = self.can_transmit() && !self.needs_buffered_amount();
        let open = allowed.then(|| self.current());
        let reported = self.direct.map(|direct| direct.connection);
        if reported == open {
            return None;
        }
        let until = self.trusted_until();
        self.direct = open.map(|connection| Direct { connection, until });
        match (open, reported) {
            (Some(connection), _) => Some(Output::AllowDirectSend(connection, until)),
            (None, Some(connection)) if self.is_current(connection) => Some(Output::RevokeDirectSend(connection)),
            _ => None,
        }
    }

    /// Renews the permission for direct sending if it has expired by `now`.
    pub(super) fn renew_direct(&mut self, now: Instant) {
        self.direct = self.direct.filter(|direct| now < direct.until);
    }
}
