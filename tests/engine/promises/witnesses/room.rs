//! Promise 5, where abandoned connections are yet to close: while there are many, attempts are far apart.

use holdfast_ws::engine::{Instant, Span};

/// From so many on, attempts wait.
const MOST: u32 = 8;

/// For so long at most, and while there are so many, no sooner.
const PAUSE: Span = Span::from_millis(10_000);

/// Keeps account of them.
#[derive(Debug)]
pub(super) struct Room {
    closing: u32,
    /// When the attempt that waits for room is made.
    pub(super) until: Option<Instant>,
    /// How much time has passed since the last attempt, on a clock that may run backwards.
    passed: Span,
    last: Instant,
}

impl Room {
    pub(super) const fn new(now: Instant, closing: u32) -> Self {
        Self {
            closing,
            until: None,
            passed: Span::ZERO,
            last: now,
        }
    }

    /// It is `now`.
    pub(super) fn pass(&mut self, now: Instant) {
        self.passed = self.passed.plus(now.since(self.last));
        self.last = now;
    }

    /// So many more are yet to close.
    pub(super) const fn linger(&mut self, more: u32) {
        self.closing += more;
    }

    pub(super) const fn gone(&mut self) {
        self.closing -= 1;
    }

    /// When an attempt is made whose time has come: at once, or then.
    pub(super) fn waits(&mut self, now: Instant) -> Option<Instant> {
        let latest = now.after(PAUSE);
        let until = self.until.map_or(latest, |until| until.min(latest));
        self.until = (self.closing >= MOST && until > now).then_some(until);
        self.until
    }

    /// True if the attempt that was to be made then waited for room, and there is some.
    pub(super) fn is_freed(&self, planned: Instant) -> bool {
        self.closing < MOST && self.until == Some(planned) && planned != Instant::NEVER
    }

    /// An attempt begins.
    pub(super) fn begin(&mut self, now: Instant) {
        let apart = self.passed >= PAUSE || now.after(PAUSE) == Instant::NEVER;
        assert!(
            apart || self.closing < MOST,
            "{} are closing, and the last attempt began {:?} ago",
            self.closing,
            self.passed
        );
        (self.until, self.passed) = (None, Span::ZERO);
    }
}
