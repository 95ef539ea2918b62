//! The lifecycle of the page.

use super::super::close::Close;
use super::super::ids::ConnectionId;
use super::super::instant::Instant;

/// The state of the page.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is independent of the others.
pub(crate) struct Page {
    pub(crate) hidden: bool,
    /// Since when it is hidden, if it is; else since when it or its connection is there.
    pub(crate) since: Instant,
    /// The number of messages received by then.
    pub(crate) received: u64,
    /// The number of received messages that bypassed the engine.
    pub(crate) passed: u64,
    /// The machine may have slept while the page was hidden.
    pub(crate) slept: bool,
    /// It has been left, and may be in the back/forward cache.
    pub(crate) left: bool,
    /// Until then it may be about to be left.
    pub(crate) leaving_until: Instant,
    pub(crate) held: Option<Held>,
    /// An error came before that end.
    pub(crate) erred: bool,
}

/// The end of a connection that the application is yet to hear of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) connection: ConnectionId,
    pub(crate) close: Close,
}

impl Page {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            hidden: false,
            since: now,
            received: 0,
            passed: 0,
            slept: false,
            left: false,
            leaving_until: Instant::ORIGIN,
            held: None,
            erred: false,
        }
    }

    /// True if it has been left, and has not been returned to.
    pub(crate) const fn is_left(&self) -> bool {
        self.left
    }

    /// Until then it may be about to be left.
    pub(crate) const fn leaving_until(&self) -> Instant {
        self.leaving_until
    }

    /// True if it is to be known when messages come.
    pub(crate) const fn listens(&self) -> bool {
        self.hidden
    }

    pub(crate) const fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// True if the end of this connection is held back.
    pub(crate) fn holds(&self, connection: Option<ConnectionId>) -> bool {
        self.held.is_some_and(|held| Some(held.connection) == connection)
    }

    pub(crate) const fn sleeps(&mut self) {
        self.slept = self.hidden;
    }
}
