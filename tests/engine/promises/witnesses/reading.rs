//! The view of a step that the witnesses get: the engine's observable state before and after it, and the kind of its input.

use holdfast_ws::engine::{Close, ConnectionId, Engine, Instant, Signal, Status};

/// The engine's observable state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) status: Status,
    pub(super) connection: Option<ConnectionId>,
    /// When the next attempt will be made; never, if none is planned.
    pub(super) planned: Instant,
    pub(super) attempts: u32,
    pub(super) authenticating: bool,
    pub(super) pending: usize,
    /// The number of queued messages.
    pub(super) queued: usize,
    /// True if no attempt is planned because of the page.
    pub(super) parked: bool,
    /// True if there is a network, as far as is known.
    pub(super) online: bool,
}

impl Reading {
    pub(super) fn of(engine: &Engine<u32>, authenticating: bool, online: bool) -> Self {
        Self {
            status: engine.status(),
            connection: engine.connection(),
            planned: engine.retry_at().unwrap_or(Instant::NEVER),
            attempts: engine.stats().attempts,
            authenticating,
            pending: engine.pending_requests(),
            queued: engine.outbox().len(),
            parked: engine.is_parked(),
            online,
        }
    }

    pub(super) const fn waits(&self) -> bool {
        matches!(self.status, Status::Waiting | Status::Offline)
    }

    /// Asserts that nothing new is planned or under way.
    pub(super) fn assert_same(self, after: Self) {
        let plan = |reading: Self| (reading.status, reading.connection, reading.planned, reading.attempts);
        assert_eq!(plan(self), plan(after), "nothing new is planned");
    }

    /// True while the application's decision is awaited.
    pub(super) const fn is_judged(&self) -> bool {
        matches!(self.status, Status::Closing) && self.connection.is_none()
    }

    pub(super) const fn is_under_way(&self) -> bool {
        !self.waits() && !self.is_judged() && !matches!(self.status, Status::Closed | Status::Idle)
    }

    /// True while no attempt has been made, because the socket was not used.
    pub(super) const fn is_idle(&self) -> bool {
        matches!(self.status, Status::Idle)
    }
}

/// The engine's inputs that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputKind {
    /// The timer fired.
    Tick,
    Close,
    /// The application sends something, or connects.
    Use,
    Reconnect,
    Decision(bool),
    Signal(Signal),
    /// The current connection opened.
    Opened,
    /// A message came.
    Received,
    /// The current connection ended.
    Closed(Close),
    /// The URL is known, but the page has been left.
    Shelved,
    /// A report: true if the current connection is idle.
    Idle(bool),
    /// An abandoned connection has closed.
    LingerEnded,
    Other,
}
