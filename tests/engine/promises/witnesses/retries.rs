//! Promise 5: whether another attempt follows, and that it is made inside the backoff's bounds.
//!
//! Keeps its own account of failures and of the widest delay allowed, and compares what the engine plans with that.

mod plan;

use super::lingering::Lingering;
use super::page::Page;
use super::reading::{InputKind, Reading};
use holdfast_ws::engine::{Close, Config, Instant, Reconnect, Signal, Span, Status};

/// An end that comes this soon after the page is back is planned as one that came before.
const WAKING: Span = Span::from_millis(2_000);

/// Keeps account of the delays.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Each says one thing of the account.
pub(super) struct Retries {
    reconnect: Option<Reconnect>,
    /// The widest the next delay may be, in milliseconds.
    ceiling: f64,
    /// The number of delays in a row.
    delays: u32,
    failures: u32,
    /// When the connection opened, if it has.
    opened: Option<Instant>,
    /// True if the delays have started over because of it.
    counted: bool,
    /// True if `close()` was called on it.
    asked_for: bool,
    /// The end that the application is asked about.
    judged: Close,
    /// That connection was to be made anew.
    woken: bool,
    pub(super) online: bool,
    /// Attempts of the application's since a stable connection, and when the last of all began.
    manual: u32,
    began: Instant,
    /// True if the current or next attempt has a short timeout; another one may have it from `hurries_from` on.
    hurried: bool,
    hurries_from: Instant,
    /// Until then an attempt is brought forward as soon as it is planned.
    hastens_until: Instant,
    waits_since: Instant,
    not_before: Instant,
    /// True if hidden pages dial.
    dial: bool,
    /// The connection was let go of because the page is hidden.
    let_go: bool,
    /// No attempt is planned on account of the page.
    parked: bool,
    /// The attempt that is planned is the application's.
    own: bool,
    pub(super) lingering: Lingering,
}

impl Retries {
    pub(super) fn new(config: &Config, now: Instant, closing: u32) -> Self {
        let mut retries = Self {
            reconnect: config.reconnect.clone(),
            ceiling: 0.0,
            delays: 0,
            failures: 0,
            opened: None,
            counted: false,
            asked_for: false,
            judged: Close::ABNORMAL,
            woken: false,
            online: true,
            manual: 0,
            began: now,
            hurried: false,
            hurries_from: Instant::ORIGIN,
            hastens_until: Instant::ORIGIN,
            waits_since: Instant::ORIGIN,
            not_before: Instant::ORIGIN,
            dial: config.hidden.dial,
            let_go: false,
            parked: false,
            own: false,
            lingering: Lingering::new(now, closing),
        };
        retries.start_over();
        retries
    }

    fn start_over(&mut self) {
        self.failures = 0;
        self.delays_start_over();
    }

    fn delays_start_over(&mut self) {
        self.delays = 0;
        self.ceiling = self
            .reconnect
            .as_ref()
            .map_or(0.0, |reconnect| reconnect.min_delay.as_millis_f64());
    }

    /// Compares what became of the input `kind`, at `now` in a page like this, with the account.
    pub(super) fn check(&mut self, kind: InputKind, now: Instant, page: &Page, before: Reading, after: Reading) {
        // A page that has been left serves no timer.
        let kind = if kind == InputKind::Tick && page.left {
            InputKind::Other
        } else {
            kind
        };
        if let InputKind::Signal(signal @ (Signal::Online | Signal::Offline)) = kind {
            self.online = signal == Signal::Online;
        }
        self.lingering.pass(now);
        if kind == InputKind::LingerEnded {
            self.lingering.gone(now);
        }
        self.hurry(kind, now, page, before);
        if kind == InputKind::Signal(Signal::Wake) && after.connection.is_some() {
            self.hastens_until = now.saturating_add(WAKING);
        }
        if kind == InputKind::Close {
            self.asked_for = true;
        }
        if before.waits() && after.status == Status::Closed {
            self.hurried = false;
        }
        if kind == InputKind::Received {
            self.online = true;
        }
        if after.authenticating && !before.authenticating {
            (self.online, self.hurried) = (true, false);
        }
        if kind == InputKind::Tick && page.held.is_none() {
            self.last_long_enough(now);
        }
        if before.is_idle() {
            self.first(kind, now, page, before, after);
        } else if kind == InputKind::Shelved {
            assert!(after.waits() && after.planned == Instant::NEVER, "{after:?}");
            (self.waits_since, self.not_before) = (self.began, Instant::ORIGIN);
        } else if kind == InputKind::Reconnect && after.attempts == before.attempts {
            self.pace(now, before, after);
        } else if after.attempts != before.attempts {
            if kind == InputKind::Signal(Signal::Wake) && !before.waits() {
                self.end_by(now, Close::ABNORMAL, true);
            }
            self.begin(kind, now, page, before, after);
        } else if kind == InputKind::Opened && after.status == Status::Open && before.status == Status::Connecting {
            (self.opened, self.counted) = (Some(now), false);
            (self.hurried, self.own) = (false, false);
            // One that was to be authenticated opened before, and the network may have gone since.
            self.online |= !before.authenticating;
        } else if before.is_under_way() && !after.is_under_way() {
            self.end(kind, now, page, after);
        } else if before.is_judged() {
            match kind {
                InputKind::Decision(true) => self.wait(self.judged, now, false, page.hidden, after),
                InputKind::Decision(false) | InputKind::Close => assert_eq!(after.status, Status::Closed),
                _ => before.assert_same(after),
            }
        } else if before.waits() && kind != InputKind::Close {
            assert!(after.waits());
            self.move_plan(kind, now, page, before, after);
        }
        if !after.waits() {
            self.parked = false;
        }
        if after.status == Status::Closed {
            self.own = false;
        }
        assert_eq!(after.parked, self.parked, "whether it waits until the page is seen");
    }

    /// A lazy socket makes its first attempt when it is used, and not before.
    fn first(&mut self, kind: InputKind, now: Instant, page: &Page, before: Reading, after: Reading) {
        if kind == InputKind::Close {
            assert_eq!(after.status, Status::Closed);
        } else if !matches!(kind, InputKind::Use | InputKind::Reconnect) {
            before.assert_same(after);
            assert!(after.is_idle() && after.planned == Instant::NEVER);
        } else if page.left {
            assert!(
                after.waits() && after.planned == Instant::NEVER,
                "it waits for the page"
            );
            (self.waits_since, self.not_before) = (now, Instant::ORIGIN);
        } else if let Some(at) = self.lingering.waits(now) {
            assert_eq!(after.planned, at, "it waits for room");
            (self.waits_since, self.not_before) = (now, at);
        } else {
            self.begin(kind, now, page, before, after);
        }
    }

    /// The timer of a stable connection, if it has come.
    fn last_long_enough(&mut self, now: Instant) {
        if let (Some(opened), Some(reconnect), false) = (self.opened, &self.reconnect, self.asked_for || self.counted) {
            let stable = opened.saturating_add(reconnect.stable_after);
            if stable <= now && stable != Instant::NEVER {
                self.counted = true;
                self.manual = 0;
                self.start_over();
            }
        }
    }

    fn begin(&mut self, kind: InputKind, now: Instant, page: &Page, before: Reading, after: Reading) {
        let had_waited = self.lingering.until;
        assert_eq!(after.attempts, before.attempts + 1, "one attempt at a time");
        assert_eq!(
            after.planned,
            Instant::NEVER,
            "the attempt under way is no longer planned"
        );
        assert_eq!(self.lingering.waits(now), None, "there is no room");
        self.lingering.begin(now);
        let hidden = page.hidden && kind != InputKind::Signal(Signal::Wake);
        assert!(
            self.dial || !hidden || self.own || before.is_idle() || kind == InputKind::Reconnect,
            "a hidden page doesn't dial"
        );
        if before.is_idle() {
            assert_eq!(after.status, Status::Connecting);
        } else if kind == InputKind::Reconnect {
            self.own = true;
            self.forgive(now);
            assert!(self.manual < 3 || self.may_follow(now) <= now, "without a pause");
            self.manual += 1;
            if !before.waits() {
                self.start_over();
            }
        } else if before.parked {
            let at = self.unparked(kind, now, page, before, after);
            assert!(at.is_some_and(|at| at <= now), "nothing was needed");
        } else if kind == InputKind::Signal(Signal::Wake) {
            assert_eq!(before.status, Status::Open, "only an open connection is made anew");
        } else if kind == InputKind::LingerEnded {
            assert!(
                before.waits() && had_waited == Some(before.planned) && !page.left,
                "for something else"
            );
        } else {
            assert_eq!(kind, InputKind::Tick, "nothing else starts an attempt");
            assert!(before.waits() && before.planned <= now, "before its time");
        }
        (self.opened, self.asked_for, self.parked) = (None, false, false);
        self.began = now;
    }

    /// After a stable connection, `reconnect()` is free again.
    fn forgive(&mut self, now: Instant) {
        if !self.asked_for && self.lasted(now) {
            self.manual = 0;
        }
    }

    fn lasted(&self, now: Instant) -> bool {
        let reconnect = self.reconnect.as_ref();
        let stable_after = reconnect.map_or(Span::from_millis(5_000), |reconnect| reconnect.stable_after);
        self.opened
            .is_some_and(|opened| now.saturating_since(opened) >= stable_after)
    }

    /// When an attempt of the application's may follow the last one, if there were some already.
    fn may_follow(&self, now: Instant) -> Instant {
        let reconnect = self.reconnect.as_ref();
        let pause = reconnect.map_or(Span::from_millis(500), |reconnect| reconnect.min_delay);
        self.began.min(now).saturating_add(pause)
    }

    /// `reconnect()` has made no attempt: it came too soon after the last, or there is no room.
    fn pace(&mut self, now: Instant, before: Reading, after: Reading) {
        self.forgive(now);
        let own = if self.manual < 3 { now } else { self.may_follow(now) };
        let at = own.max(self.lingering.waits(now).unwrap_or(now));
        assert!(at > now, "not at once");
        assert!(after.waits());
        if before.waits() && before.planned <= at {
            return before.assert_same(after);
        }
        (self.own, self.parked) = (true, false);
        // The plan is a sum, and the last digit of a sum may be another.
        let off = after
            .planned
            .saturating_since(at)
            .max(at.saturating_since(after.planned));
        assert!(off < Span::from_millis_f64(0.001), "{:?}, not {at:?}", after.planned);
        self.manual += 1;
        if !before.waits() {
            self.start_over();
        }
        (self.opened, self.asked_for) = (None, false);
        (self.waits_since, self.not_before) = (now, at);
    }

    /// The network came back: what was sent before is lost.
    fn hurry(&mut self, kind: InputKind, now: Instant, page: &Page, before: Reading) {
        if kind != InputKind::Signal(Signal::Online) || now < self.hurries_from || self.parked {
            return;
        }
        let under_way = before.status == Status::Connecting && !before.authenticating && page.held.is_none();
        if let (Some(reconnect), true) = (&self.reconnect, under_way || before.waits()) {
            self.hurried = true;
            self.hurries_from = now.saturating_add(reconnect.connect_timeout.max(reconnect.max_delay));
        }
    }

    fn end(&mut self, kind: InputKind, now: Instant, page: &Page, after: Reading) {
        let woken = kind == InputKind::Signal(Signal::Wake) && page.held.is_none();
        self.let_go = matches!(kind, InputKind::Idle(_));
        let close = match (kind, page.held) {
            (InputKind::Closed(close), _) => close,
            (InputKind::Reconnect, _) | (_, None) => Close::ABNORMAL,
            (_, Some(held)) => held.close,
        };
        let over = self.end_by(now, close, woken);
        assert_eq!(
            over,
            after.status == Status::Closed,
            "{close:?} after {} failures",
            self.failures
        );
        let asks = self.reconnect.as_ref().is_some_and(|reconnect| reconnect.asks);
        if over {
            return;
        }
        assert_eq!(asks, after.is_judged(), "whether the application is asked");
        if asks {
            self.judged = close;
        } else {
            // The page's return brings it forward at once.
            let returns = kind == InputKind::Signal(Signal::Wake) && self.online;
            let hidden = page.hidden && kind != InputKind::Signal(Signal::Wake);
            self.wait(close, now, returns, hidden, after);
        }
    }

    /// Counts an end. Returns whether all is over.
    fn end_by(&mut self, now: Instant, close: Close, woken: bool) -> bool {
        self.woken = woken;
        self.forgive(now);
        let lasted = self.lasted(now) && !self.asked_for;
        let hurried = core::mem::take(&mut self.hurried);
        self.opened = None;
        let Some(reconnect) = self.reconnect.clone() else {
            return true;
        };
        if lasted {
            self.start_over();
        } else if hurried || woken || self.let_go {
            self.delays_start_over();
        } else {
            self.failures += 1;
        }
        self.asked_for || (close.is_final() && !reconnect.asks) || self.failures >= reconnect.max_attempts
    }
}
