//! The state of the page: hidden or visible, being left, left (perhaps in the back/forward cache, or bfcache).

use super::super::close::Close;
use super::super::ids::ConnectionId;
use super::super::instant::Instant;

/// The state of the page.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is independent of the others.
pub(crate) struct Page {
    pub(crate) hidden: bool,
    /// When `received` was last set: when the page was hidden, became visible, or its connection opened.
    pub(crate) changed_at: Instant,
    /// The number of messages received until `changed_at`.
    pub(crate) received: u64,
    /// The number of received messages that bypassed the engine.
    pub(crate) passed: u64,
    /// True if the machine may have slept while the page was hidden.
    pub(crate) slept: bool,
    /// True if the page has been left. It may be in the back/forward cache.
    pub(crate) left: bool,
    /// Until then the page may be about to be left: `beforeunload` was fired.
    pub(crate) leaving_until: Instant,
    /// The end of the current connection, held back while the page is being left.
    pub(crate) held: Option<Held>,
    /// True if the connection reported an error before that end.
    pub(crate) erred: bool,
}

/// The end of a connection whose `close` event is held back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) connection: ConnectionId,
    pub(crate) close: Close,
}

impl Page {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            hidden: false,
            changed_at: now,
            received: 0,
            passed: 0,
            slept: false,
            left: false,
            leaving_until: Instant::ORIGIN,
            held: None,
            erred: false,
        }
    }

    /// True if the page has been left, and the user has not returned.
    pub(crate) const fn is_left(&self) -> bool {
        self.left
    }

    /// Returns the time until which the page may be about to be left.
    pub(crate) const fn leaving_until(&self) -> Instant {
        self.leaving_until
    }

    /// True if the times of received messages are needed: they tell on return whether the connection was silent.
    pub(crate) const fn needs_message_times(&self) -> bool {
        self.hidden
    }

    pub(crate) const fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// True if the end of this connection is held back.
    pub(crate) fn holds(&self, connection: Option<ConnectionId>) -> bool {
        self.held.is_some_and(|held| Some(held.connection) == connection)
    }

    /// Records that the machine may have slept, if the page is hidden.
    pub(crate) const fn sleeps(&mut self) {
        self.slept = self.hidden;
    }
}
