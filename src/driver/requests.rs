//! Passes requests and replies between the engine, which tracks them, and the host, which parses them.

use super::host::Host;
use super::lifecycle::Driver;
use crate::engine::{ConnectionId, Instant, RequestId, Route, SendError, Span};

impl<H: Host> Driver<H> {
    /// Sends a request, or keeps it until a connection is open.
    pub fn request(
        &self,
        id: RequestId,
        payload: H::Payload,
        bytes: u64,
        timeout: Span,
        route: Route,
    ) -> Result<(), SendError> {
        self.check_visible();
        self.poll_native_state();
        if !self.bypass.get().is_some_and(|interest| interest.replies) {
            self.stop_bypass();
        }
        self.command(|engine, now| engine.request(now, id, payload, bytes, timeout, route))
    }

    /// Sends a message on this connection, even before it is authenticated.
    pub fn send_on(&self, connection: ConnectionId, data: H::Payload) -> Result<(), SendError> {
        self.engine(|engine| engine.send_on(connection, data))?;
        self.drain_outputs();
        Ok(())
    }

    /// Sets whether [`Host::is_reply`] inspects every message, because the server may make calls.
    pub fn inspect(&self, on: bool) {
        self.inspects.set(on);
        self.stop_bypass();
    }

    /// True if a message may be the reply to a pending request.
    pub(super) fn awaits_replies(&self) -> bool {
        self.inspects.get() || self.engine(|engine| engine.pending_requests() > 0)
    }

    /// True if a message may be a reply: to a pending request, or a late or repeated one.
    pub(super) fn expects_replies(&self) -> bool {
        if self.inspects.get() {
            return true;
        }
        let mut depends_on_time = false;
        let expects = self.engine(|engine| {
            engine.expects_replies(|| {
                depends_on_time = true;
                Instant::ORIGIN
            })
        });
        // The clock is read only if it matters, and never while the engine is borrowed.
        if depends_on_time {
            let now = self.read_clock();
            return self.engine(|engine| engine.expects_replies(|| now));
        }
        expects
    }
}
