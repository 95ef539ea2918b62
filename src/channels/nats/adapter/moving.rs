//! Lame duck mode: a server that is about to end asks its clients to go to another one of the cluster. After 10 s it begins to close their
//! connections. <https://docs.nats.io/running-a-nats-service/nats_admin/lame_duck_mode>

use crate::channels::adapter::{AdapterOutput, Bus};
use crate::engine::{Instant, Span};

use super::Nats;

/// The connections of a server go within this time, each at random, so that the others don't get all of them at once.
const WITHIN: Span = Span::from_millis(10_000);

impl Nats {
    /// The server is about to end, and there are others.
    pub(super) fn plan_move(&mut self, now: Instant) {
        if self.move_at == Instant::NEVER {
            let delay = self.random.between(Span::ZERO, WITHIN);
            self.move_at = now.saturating_add(delay);
            self.check_at = self.check_at.min(self.move_at);
        }
    }

    /// Connects anew. Channels go on behind their last messages, and publications without an answer are repeated.
    pub(super) fn move_on(&mut self, bus: &mut Bus) {
        self.reset();
        bus.handle_disconnected();
        self.outputs.push(AdapterOutput::Dial);
    }
}
