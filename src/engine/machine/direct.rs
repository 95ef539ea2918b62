//! Direct sending: from when on, and until when, messages may go to the connection without a call of the engine.

use super::super::output::Output;
use super::Engine;

impl<P: Clone> Engine<P> {
    /// Returns the output that allows or revokes direct sending, if that has changed. It comes after all other outputs, so that queued
    /// messages are sent first.
    pub(super) fn poll_direct(&mut self) -> Option<Output<P>> {
        let allowed = self.can_transmit() && !self.needs_buffered_amount();
        let open = allowed.then(|| self.current());
        let reported = core::mem::replace(&mut self.direct, open);
        if reported == open {
            return None;
        }
        match (open, reported) {
            (Some(connection), _) => Some(Output::AllowDirectSend(connection, self.trusted_until())),
            (None, Some(connection)) if self.is_current(connection) => Some(Output::RevokeDirectSend(connection)),
            _ => None,
        }
    }

    /// The permission for direct sending has expired. If messages may still go without a call of the engine, it is given anew.
    pub fn handle_direct_expired(&mut self) {
        self.direct = None;
    }
}
