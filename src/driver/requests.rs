//! Passes requests and replies between the engine, which tracks them, and the host, which parses them.

use wasm_bindgen::JsValue;

use super::host::Host;
use super::lifecycle::Driver;
use crate::engine::{ConnectionId, RequestId, Route, SendError, Span};

impl<H: Host + 'static> Driver<H> {
    /// Sends a request, or keeps it until a connection is open.
    pub fn request(
        &self,
        id: RequestId,
        payload: JsValue,
        bytes: u64,
        timeout: Span,
        route: Route,
    ) -> Result<(), SendError> {
        self.poll_native_state();
        if !self.bypass.get().is_some_and(|interest| interest.replies) {
            self.stop_bypass();
        }
        self.command(|engine, now| engine.request(now, id, payload, bytes, timeout, route))
    }

    /// Sends a message on this connection, be it authenticated or not.
    pub fn send_on(&self, connection: ConnectionId, data: JsValue) -> Result<(), SendError> {
        self.engine(|engine| engine.send_on(connection, data))?;
        self.drain_outputs();
        Ok(())
    }

    /// Turns on or off that every message is shown to [`Host::is_reply`], for calls that come from the server.
    pub fn inspect(&self, on: bool) {
        self.inspects.set(on);
        self.stop_bypass();
    }

    /// True if a message may be the reply to a pending request.
    pub(super) fn awaits_replies(&self) -> bool {
        self.inspects.get() || self.engine(|engine| engine.pending_requests() > 0)
    }

    /// The same, or one that comes late or twice.
    pub(super) fn expects_replies(&self) -> bool {
        self.inspects.get() || self.engine(|engine| engine.expects_replies(|| self.clock.now()))
    }
}
