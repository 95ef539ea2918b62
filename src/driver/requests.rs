//! Requests and their replies, between the engine that counts them and the skin that reads them.

use wasm_bindgen::JsValue;

use super::{Driver, Heard};
use crate::engine::{Connection, Reply, Request, Route, SendError, Span};

impl<H: Heard + 'static> Driver<H> {
    /// Sends a request, or keeps it until a connection is open.
    pub(crate) fn request(
        &self,
        id: Request,
        payload: JsValue,
        bytes: u64,
        timeout: Span,
        route: Route,
    ) -> Result<(), SendError> {
        let line = self.line.borrow().clone();
        if let Some(line) = line {
            self.can_transmit(&line);
        }
        let now = self.now();
        self.engine(|engine| engine.request(now, id, payload, bytes, timeout, route))?;
        self.settle();
        Ok(())
    }

    /// Sends a message on this connection, be it admitted or not.
    pub(crate) fn send_on(&self, connection: Connection, data: JsValue) -> Result<(), SendError> {
        self.engine(|engine| engine.send_on(connection, data))?;
        self.settle();
        Ok(())
    }

    /// The application admits the connection, or doesn't. Returns whether it was asked to.
    pub(crate) fn admit(&self, connection: Connection, admitted: bool) -> bool {
        let now = self.now();
        let asked = self.engine(|engine| {
            if admitted {
                engine.handle_admitted(now, connection);
                true
            } else {
                engine.handle_turned_away(now, connection)
            }
        });
        self.settle();
        asked
    }

    /// A reply has come, or a part of one.
    pub(crate) fn reply(&self, id: Request, last: bool) -> Reply {
        let now = self.now();
        let reply = self.engine(|engine| engine.handle_reply(now, id, last));
        self.settle();
        reply
    }

    /// The application no longer waits for a reply. Returns whether it did.
    pub(crate) fn abort(&self, id: Request) -> bool {
        let now = self.now();
        let waited = self.engine(|engine| engine.abort_request(now, id));
        self.settle();
        waited
    }

    /// Whether to show every message to [`Heard::is_reply`], for calls that come from the server.
    pub(crate) fn inspect(&self, on: bool) {
        self.inspects.set(on);
    }

    /// Has [`Heard::drain`] called shortly.
    pub(crate) fn watch_drain(&self) {
        let now = self.now();
        self.engine(|engine| engine.watch_drain(now));
        self.settle();
    }

    pub(super) fn expects_replies(&self) -> bool {
        self.inspects.get() || self.engine(|engine| engine.expects_replies(|| self.clock.now()))
    }
}
