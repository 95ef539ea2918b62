//! Promise 5, where abandoned connections are yet to close: while there are many, attempts are far apart.

use holdfast_ws::engine::{Instant, Span};

/// From so many on, attempts wait.
const MOST: usize = 8;

/// For so long at most, and while there are so many, no sooner.
const PAUSE: Span = Span::from_millis(10_000);

/// For so long after it was abandoned a connection counts that has not reported its end.
const LONGEST: Span = Span::from_millis(75_000);

/// So many are remembered.
const REMEMBERED: usize = 16;

/// Keeps account of them.
#[derive(Debug)]
pub(super) struct Lingering {
    /// When each was abandoned, the oldest first.
    abandoned: Vec<Instant>,
    /// When the attempt that waits for room is made.
    pub(super) until: Option<Instant>,
    /// The time since the last attempt, on a clock that may run backwards.
    passed: Span,
    last: Instant,
}

impl Lingering {
    pub(super) fn new(now: Instant, closing: u32) -> Self {
        let mut lingering = Self {
            abandoned: Vec::new(),
            until: None,
            passed: Span::ZERO,
            last: now,
        };
        lingering.linger(now, closing);
        lingering
    }

    /// It is `now`.
    pub(super) fn pass(&mut self, now: Instant) {
        self.passed = self.passed.saturating_add(now.saturating_since(self.last));
        self.last = now;
    }

    /// So many more are yet to close.
    pub(super) fn linger(&mut self, now: Instant, more: u32) {
        self.abandoned.extend((0..more).map(|_| now));
        self.abandoned.sort();
        let surplus = self.abandoned.len().saturating_sub(REMEMBERED);
        self.abandoned.drain(..surplus);
    }

    pub(super) fn gone(&mut self, now: Instant) {
        if let Some(oldest) = self.abandoned.iter().position(|&at| counts(at, now)) {
            self.abandoned.remove(oldest);
        }
    }

    fn closing(&self, now: Instant) -> usize {
        self.abandoned.iter().filter(|&&at| counts(at, now)).count()
    }

    /// When an attempt is made whose time has come: at once, or then.
    pub(super) fn waits(&mut self, now: Instant) -> Option<Instant> {
        let latest = now.saturating_add(PAUSE);
        let until = self.until.map_or(latest, |until| until.min(latest));
        self.until = (self.closing(now) >= MOST && until > now).then_some(until);
        self.until
    }

    /// True if the attempt that was to be made then waited for room, and there is some.
    pub(super) fn is_freed(&self, now: Instant, planned: Instant) -> bool {
        self.closing(now) < MOST && self.until == Some(planned) && planned != Instant::NEVER
    }

    /// An attempt begins.
    pub(super) fn begin(&mut self, now: Instant) {
        // A sum of many spans is off by a little.
        let passed = self.passed.saturating_add(Span::from_millis_f64(0.001));
        let apart = passed >= PAUSE || now.saturating_add(PAUSE) == Instant::NEVER;
        let closing = self.closing(now);
        assert!(
            apart || closing < MOST,
            "{closing} are closing, and the last attempt began {:?} ago",
            self.passed
        );
        (self.until, self.passed) = (None, Span::ZERO);
    }
}

/// True if one that was abandoned `at` that time is taken to be closing still.
fn counts(at: Instant, now: Instant) -> bool {
    now < at.saturating_add(LONGEST)
}
