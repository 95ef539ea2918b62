//! A model of the page from its signals, and of the effects on its connection, to compare the engine with.

use holdfast_ws::engine::{Close, Config, ConnectionId, Instant, Signal, Span, Status};

use super::reading::{InputKind, Reading};

/// The time that the next page has to load; after it, this page stays.
const LEAVING: Span = Span::from_millis(5_000);

/// Hidden for less than this, a page has hardly slept.
const AWAY: Span = Span::from_millis(10_000);

/// An end that the application is yet to hear of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) connection: ConnectionId,
    pub(super) close: Close,
    /// The time of its dispatch, unless the page has been left.
    due: Instant,
}

/// The page.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // Each is independent of the others.
pub(super) struct Page {
    /// True if it may be that a connection is made anew when the page is back.
    renews: bool,
    /// True if only messages that come while the page is hidden count: no other rule notes when they come.
    counts_alone: bool,
    pub(super) hidden: bool,
    slept: bool,
    /// Since when it is hidden, or it or its connection is there; and what has come since.
    since: Instant,
    last: Instant,
    received: bool,
    pub(super) left: bool,
    pub(super) leaving_until: Instant,
    pub(super) held: Option<Held>,
}

impl Page {
    pub(super) fn new(config: &Config, now: Instant) -> Self {
        Self {
            renews: config.reconnect.as_ref().is_some_and(|reconnect| reconnect.on_wake) && config.heartbeat.is_none(),
            counts_alone: config.idle_timeout == Span::FOREVER,
            hidden: false,
            slept: false,
            since: now,
            last: now,
            received: false,
            left: false,
            leaving_until: Instant::ORIGIN,
            held: None,
        }
    }

    /// True if the application is told of nothing new: the page has been left, or an end is held back.
    pub(super) const fn is_quiet(&self) -> bool {
        self.left || self.held.is_some()
    }

    /// True if the end of a connection is held back now.
    pub(super) fn holds(&self, config: &Config, now: Instant) -> bool {
        config.reconnect.is_some() && (self.left || now < self.leaving_until)
    }

    /// The end of the current connection is held back.
    pub(super) fn hold(&mut self, now: Instant, connection: ConnectionId, close: Close) {
        let due = self.leaving_until.max(now);
        self.held = Some(Held { connection, close, due });
    }

    /// True if the end that is held back is told by this.
    fn tells(&self, kind: InputKind, now: Instant) -> bool {
        match kind {
            InputKind::Tick => {
                !self.left
                    && self
                        .held
                        .is_some_and(|held| held.due <= now && held.due != Instant::NEVER)
            }
            InputKind::Signal(Signal::Wake | Signal::Restored) | InputKind::Close => self.held.is_some(),
            _ => false,
        }
    }

    /// The input `kind` came at `now`, and the engine did something about it.
    pub(super) fn check(&mut self, kind: InputKind, now: Instant, before: Reading, after: Reading) {
        if let Some(held) = self.held
            && self.tells(kind, now)
        {
            assert_ne!(after.connection, Some(held.connection), "its end is still not told");
        }
        if kind == InputKind::Signal(Signal::Wake) && before.status == Status::Open {
            self.check_renewal(now, before, after);
        }
        if kind == InputKind::Tick && self.tells(kind, now) {
            self.leaving_until = Instant::ORIGIN;
        }
        if self.held.is_some_and(|held| after.connection != Some(held.connection)) {
            self.held = None;
        }
        match kind {
            InputKind::Signal(Signal::Hidden) => self.hide(now),
            InputKind::Signal(Signal::Leaving) => self.leaving_until = now.saturating_add(LEAVING),
            InputKind::Signal(Signal::Left) => {
                self.hide(now);
                self.left = true;
            }
            InputKind::Signal(Signal::Wake) => {
                (self.hidden, self.left, self.leaving_until) = (false, false, Instant::ORIGIN);
                self.look(now);
            }
            InputKind::Signal(Signal::Restored) => (self.left, self.leaving_until) = (false, Instant::ORIGIN),
            InputKind::Signal(Signal::Jump) => self.slept = self.hidden,
            InputKind::Opened => {
                self.look(now);
                self.last = now;
            }
            InputKind::Received => {
                self.received = true;
                if self.hidden {
                    self.last = now;
                }
            }
            _ => {}
        }
    }

    fn hide(&mut self, now: Instant) {
        if !self.hidden {
            self.hidden = true;
            self.look(now);
        }
    }

    fn look(&mut self, now: Instant) {
        self.since = now;
        (self.slept, self.received) = (false, false);
    }

    /// The page is back, and a connection was open: it is made anew if it was silent for long, and only then.
    fn check_renewal(&self, now: Instant, before: Reading, after: Reading) {
        let counts = self.hidden || !self.received;
        let silent = counts && (self.slept || now.saturating_since(self.last.max(self.since)) >= AWAY);
        let may = self.renews && before.pending == 0 && before.online && silent;
        let renewed = after.connection != before.connection;
        // Another rule may have noted a message.
        assert!(
            renewed == may || (!renewed && !self.counts_alone),
            "renewed: {renewed}, {self:?} at {now:?}"
        );
    }
}
