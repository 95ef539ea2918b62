//! A hidden page closes its connection only while nothing needs it, and reconnects when something does.

use holdfast_ws::engine::{Config, Engine, Instant, Span, Status};

use super::page::Page;
use super::reading::{InputKind, Reading};

/// The time until the next check of a connection that was in use.
const AGAIN: Span = Span::from_millis(500);

/// Watches a page's connection while it is hidden.
#[derive(Debug)]
pub(super) struct Hiding {
    close_after: Span,
    dial: bool,
    hidden: bool,
    /// Since when the page is hidden, or the connection of a hidden page is open.
    since: Instant,
    /// The latest time since, on a clock that may run backwards.
    latest: Instant,
    /// The engine has asked whether that connection is idle, and has not been told.
    asks: bool,
}

impl Hiding {
    pub(super) fn new(config: &Config, now: Instant) -> Self {
        Self {
            close_after: config.hidden.close_after,
            dial: config.hidden.dial,
            hidden: false,
            since: now,
            latest: now,
            asks: false,
        }
    }

    /// The engine asks whether the connection is idle.
    pub(super) fn asked(&mut self, now: Instant, page: &Page, engine: &Engine<u32>) {
        assert!(page.hidden && !page.left, "asked of a page that is seen, or left");
        assert!(
            self.latest.max(now) >= self.since.saturating_add(self.close_after),
            "asked before its time"
        );
        assert_eq!(engine.pending_requests(), 0, "asked beneath a request");
        assert!(engine.outbox().is_empty(), "asked while something waits");
        assert!(!self.asks, "asked twice");
        self.asks = true;
    }

    /// The input `kind` came at `now`, of which the page knows.
    pub(super) fn check(&mut self, kind: InputKind, now: Instant, page: &Page, before: Reading, after: Reading) {
        self.latest = self.latest.max(now);
        if let InputKind::Idle(idle) = kind {
            let needed = before.pending > 0 || before.queued > 0;
            let may = core::mem::take(&mut self.asks) && before.status == Status::Open;
            let lets_go = after.connection != before.connection;
            assert_eq!(lets_go, may && idle && !needed, "let go of, or not");
            assert!(!lets_go || page.hidden, "let go of in a page that is seen");
        }
        let hides = page.hidden && !core::mem::replace(&mut self.hidden, page.hidden);
        if hides || kind == InputKind::Opened || after.status != Status::Open || !page.hidden {
            self.asks = false;
            (self.since, self.latest) = (now, now);
        }
        assert!(!after.parked || page.hidden, "it waits though the page is seen");
        assert!(
            !after.parked || !self.dial || after.queued == 0 || page.left,
            "it waits though there is something to send"
        );
    }

    /// The engine looks again in time, as `alarm` says.
    pub(super) fn assert_goes_on(&self, page: &Page, after: Reading, alarm: Instant) {
        let counts = page.hidden && !page.left && after.status == Status::Open;
        if counts && !self.asks && after.pending == 0 && self.close_after != Span::FOREVER {
            let by = self
                .since
                .saturating_add(self.close_after)
                .max(self.latest.saturating_add(AGAIN));
            assert!(alarm <= by, "it looks at {alarm:?}, not {by:?}");
        }
    }
}
