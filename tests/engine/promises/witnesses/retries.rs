//! Promise 5: whether another attempt follows, and that it is made inside the backoff's bounds.
//!
//! Keeps its own account of failures and of the widest delay allowed, and compares what the engine plans with that.

use super::lingering::Lingering;
use super::page::Page;
use holdfast_ws::engine::{Close, Config, ConnectionId, Engine, Instant, Reconnect, Signal, Span, Status};

/// The time within which an attempt is made after the network or the page came back.
const WAKE_JITTER: Span = Span::from_millis(250);

/// An end that comes this soon after the page is back is planned as one that came before.
const WAKING: Span = Span::from_millis(2_000);

/// The engine's observable state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) status: Status,
    pub(super) connection: Option<ConnectionId>,
    /// When the next attempt will be made; never, if none is planned.
    pub(super) planned: Instant,
    attempts: u32,
    authenticating: bool,
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
    fn assert_same(self, after: Self) {
        let plan = |reading: Self| (reading.status, reading.connection, reading.planned, reading.attempts);
        assert_eq!(plan(self), plan(after), "nothing new is planned");
    }

    /// True while the application's decision is awaited.
    const fn is_judged(&self) -> bool {
        matches!(self.status, Status::Closing) && self.connection.is_none()
    }

    const fn is_under_way(&self) -> bool {
        !self.waits() && !self.is_judged() && !matches!(self.status, Status::Closed)
    }
}

/// The engine's inputs that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// A look at the timer.
    Tick,
    Close,
    Reconnect,
    Verdict(bool),
    Signal(Signal),
    /// The current connection opened.
    Opened,
    /// It was heard.
    Heard,
    /// The current connection ended.
    Closed(Close),
    /// The URL is known, but the page has been left.
    Shelved,
    /// A report: true if the current connection is idle.
    Idle(bool),
    /// An abandoned connection has closed.
    Gone,
    Other,
}

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

    /// `told` was told at `now` by a page like this; compares what became of it with the account.
    pub(super) fn check(&mut self, told: Told, now: Instant, page: &Page, before: Reading, after: Reading) {
        // A page that has been left serves no timer.
        let told = if told == Told::Tick && page.left {
            Told::Other
        } else {
            told
        };
        if let Told::Signal(signal @ (Signal::Online | Signal::Offline)) = told {
            self.online = signal == Signal::Online;
        }
        self.lingering.pass(now);
        if told == Told::Gone {
            self.lingering.gone(now);
        }
        self.hurry(told, now, page, before);
        if told == Told::Signal(Signal::Wake) && after.connection.is_some() {
            self.hastens_until = now.saturating_add(WAKING);
        }
        if told == Told::Close {
            self.asked_for = true;
        }
        if before.waits() && after.status == Status::Closed {
            self.hurried = false;
        }
        if told == Told::Heard {
            self.online = true;
        }
        if after.authenticating && !before.authenticating {
            (self.online, self.hurried) = (true, false);
        }
        if told == Told::Tick && page.held.is_none() {
            self.last_long_enough(now);
        }
        if told == Told::Shelved {
            assert!(after.waits() && after.planned == Instant::NEVER, "{after:?}");
            (self.waits_since, self.not_before) = (self.began, Instant::ORIGIN);
        } else if told == Told::Reconnect && after.attempts == before.attempts {
            self.pace(now, before, after);
        } else if after.attempts != before.attempts {
            if told == Told::Signal(Signal::Wake) && !before.waits() {
                self.end_by(now, Close::ABNORMAL, true);
            }
            self.begin(told, now, page, before, after);
        } else if told == Told::Opened && after.status == Status::Open && before.status == Status::Connecting {
            (self.opened, self.counted) = (Some(now), false);
            (self.hurried, self.own) = (false, false);
            // One that was to be authenticated opened before, and the network may have gone since.
            self.online |= !before.authenticating;
        } else if before.is_under_way() && !after.is_under_way() {
            self.end(told, now, page, after);
        } else if before.is_judged() {
            match told {
                Told::Verdict(true) => self.wait(self.judged, now, false, page.hidden, after),
                Told::Verdict(false) | Told::Close => assert_eq!(after.status, Status::Closed),
                _ => before.assert_same(after),
            }
        } else if before.waits() && told != Told::Close {
            assert!(after.waits());
            self.move_plan(told, now, page, before, after);
        }
        if !after.waits() {
            self.parked = false;
        }
        if after.status == Status::Closed {
            self.own = false;
        }
        assert_eq!(after.parked, self.parked, "whether it waits until the page is seen");
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

    fn begin(&mut self, told: Told, now: Instant, page: &Page, before: Reading, after: Reading) {
        let had_waited = self.lingering.until;
        assert_eq!(after.attempts, before.attempts + 1, "one attempt at a time");
        assert_eq!(
            after.planned,
            Instant::NEVER,
            "the attempt under way is no longer planned"
        );
        assert_eq!(self.lingering.waits(now), None, "there is no room");
        self.lingering.begin(now);
        let hidden = page.hidden && told != Told::Signal(Signal::Wake);
        assert!(
            self.dial || !hidden || self.own || told == Told::Reconnect,
            "a hidden page doesn't dial"
        );
        if told == Told::Reconnect {
            self.own = true;
            self.forgive(now);
            assert!(self.manual < 3 || self.may_follow(now) <= now, "without a pause");
            self.manual += 1;
            if !before.waits() {
                self.start_over();
            }
        } else if before.parked {
            let at = self.unparked(told, now, page, before, after);
            assert!(at.is_some_and(|at| at <= now), "nothing was needed");
        } else if told == Told::Signal(Signal::Wake) {
            assert_eq!(before.status, Status::Open, "only an open connection is made anew");
        } else if told == Told::Gone {
            assert!(
                before.waits() && had_waited == Some(before.planned) && !page.left,
                "for something else"
            );
        } else {
            assert_eq!(told, Told::Tick, "nothing else starts an attempt");
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
        assert_eq!(after.planned, at);
        self.manual += 1;
        if !before.waits() {
            self.start_over();
        }
        (self.opened, self.asked_for) = (None, false);
        (self.waits_since, self.not_before) = (now, at);
    }

    /// The network came back: what was sent before is lost.
    fn hurry(&mut self, told: Told, now: Instant, page: &Page, before: Reading) {
        if told != Told::Signal(Signal::Online) || now < self.hurries_from || self.parked {
            return;
        }
        let under_way = before.status == Status::Connecting && !before.authenticating && page.held.is_none();
        if let (Some(reconnect), true) = (&self.reconnect, under_way || before.waits()) {
            self.hurried = true;
            self.hurries_from = now.saturating_add(reconnect.connect_timeout.max(reconnect.max_delay));
        }
    }

    fn end(&mut self, told: Told, now: Instant, page: &Page, after: Reading) {
        let woken = told == Told::Signal(Signal::Wake) && page.held.is_none();
        self.let_go = matches!(told, Told::Idle(_));
        let close = match (told, page.held) {
            (Told::Closed(close), _) => close,
            (Told::Reconnect, _) | (_, None) => Close::ABNORMAL,
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
            let returns = told == Told::Signal(Signal::Wake) && self.online;
            let hidden = page.hidden && told != Told::Signal(Signal::Wake);
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

    /// Another attempt is planned, unless the page is `hidden` and needs none; if it `returns`, that brings it forward.
    fn wait(&mut self, close: Close, now: Instant, returns: bool, hidden: bool, after: Reading) {
        self.own = false;
        let reconnect = self.reconnect.as_ref().expect("only with reconnect does anything wait");
        assert!(after.waits());
        let hastens = core::mem::replace(&mut self.hastens_until, Instant::ORIGIN) > now;
        let (woken, let_go) = (core::mem::take(&mut self.woken), core::mem::take(&mut self.let_go));
        self.parked = hidden && (!self.dial || let_go && after.queued == 0);
        if self.parked {
            assert_eq!(after.planned, Instant::NEVER, "it waits until the page is seen");
            (self.waits_since, self.not_before) = (now, now.saturating_add(close.least_delay(reconnect.max_delay)));
            return;
        }
        if woken && returns {
            let at = self.lingering.waits(now).expect("a connection is made anew at once");
            assert_eq!(after.planned, at);
            (self.waits_since, self.not_before) = (now, at);
            return;
        }
        if woken || let_go {
            let delay = if self.online { Span::ZERO } else { reconnect.max_delay };
            assert_eq!(
                after.planned,
                now.saturating_add(delay),
                "a connection is made anew at once"
            );
            (self.waits_since, self.not_before) = (now, now);
            return;
        }
        // A millionth of slack, for two ways of rounding.
        let narrowest = (self.ceiling * 0.375).max(reconnect.min_delay.as_millis_f64() / 2.0) * 0.999_999;
        let (narrowest, widest) = (
            Span::from_millis_f64(narrowest),
            Span::from_millis_f64(self.ceiling * 1.000_001),
        );
        let least = close.least_delay(reconnect.max_delay);
        let named = least.saturating_add(narrowest)..=least.saturating_add(widest);
        let bounds = match (close.retry_after, close.code) {
            (Some(asked), _) => {
                assert_eq!(least, asked.min(Span::from_millis(86_400_000)));
                named
            }
            (None, 1012 | 1013) => {
                let four = Span::from_millis_f64(reconnect.max_delay.as_millis_f64() * 4.0);
                Span::from_millis(5_000).min(reconnect.max_delay)..=Span::from_millis(30_000).min(four)
            }
            (None, _) => narrowest..=widest,
        };
        let (mut soonest, mut latest) = (now.saturating_add(*bounds.start()), now.saturating_add(*bounds.end()));
        if returns || (hastens && self.online) {
            soonest = soonest.min(now.saturating_add(least));
            latest = latest.min(now.saturating_add(least).saturating_add(WAKE_JITTER));
        }
        assert!(
            after.planned >= soonest,
            "{:?} is sooner than {soonest:?}",
            after.planned
        );
        if !self.online {
            latest = latest.max(now.saturating_add(reconnect.max_delay));
            assert!(
                after.planned >= now.saturating_add(reconnect.max_delay),
                "offline, and yet so soon"
            );
        }
        assert!(after.planned <= latest, "{:?} is later than {latest:?}", after.planned);
        // From the first delay to the second it leaps.
        let times = if self.delays == 0 {
            reconnect.factor.powi(2)
        } else {
            reconnect.factor
        };
        self.ceiling = (self.ceiling * times).min(reconnect.max_delay.as_millis_f64());
        self.delays += 1;
        (self.waits_since, self.not_before) = (now, now.saturating_add(least));
    }

    /// While it waits, only the page and its network move the plan.
    fn move_plan(&mut self, told: Told, now: Instant, page: &Page, before: Reading, after: Reading) {
        let returns = told == Told::Signal(Signal::Wake);
        let max_delay = self
            .reconnect
            .as_ref()
            .map_or(Span::ZERO, |reconnect| reconnect.max_delay);
        if before.parked {
            return self.stay_parked(told, now, page, before, after);
        }
        let comes = before.planned <= now && before.planned != Instant::NEVER;
        let freed = self.lingering.is_freed(now, before.planned) && !page.left;
        match told {
            Told::Tick | Told::Gone if told == Told::Tick && comes || told == Told::Gone && freed => {
                if now < page.leaving_until {
                    assert_eq!(after.planned, page.leaving_until, "it waits until the page stays");
                } else {
                    let at = self.lingering.waits(now).expect("its time had come");
                    assert_eq!(after.planned, at, "it waits for room");
                    (self.waits_since, self.not_before) = (now, at);
                }
            }
            Told::Signal(Signal::Hidden | Signal::Left) if !page.hidden && !self.dial && !self.own => {
                assert_eq!(after.planned, Instant::NEVER, "it waits until the page is seen");
                self.parked = true;
            }
            Told::Signal(Signal::Offline) if !page.left => {
                assert_eq!(
                    after.planned,
                    before.planned.max(self.waits_since.saturating_add(max_delay))
                );
            }
            Told::Signal(Signal::Online | Signal::Wake) if self.online && (returns || !page.left) => {
                let soonest = now.max(self.not_before);
                let moved = (soonest..=soonest.saturating_add(WAKE_JITTER)).contains(&after.planned)
                    && after.planned < before.planned;
                let stayed = after.planned == before.planned && before.planned <= soonest.saturating_add(WAKE_JITTER);
                assert!(
                    moved || stayed,
                    "from {:?} to {:?}, at {now:?}",
                    before.planned,
                    after.planned
                );
            }
            // The attempt was given up when the page was left. The browser may be wrong about the network.
            Told::Signal(Signal::Wake) if page.left && before.planned == Instant::NEVER => {
                assert_eq!(after.planned, now.saturating_add(max_delay));
                self.waits_since = now;
            }
            _ => assert_eq!(after.planned, before.planned),
        }
    }
    /// When the attempt that was not planned is made, if this makes it needed.
    fn unparked(&self, told: Told, now: Instant, page: &Page, before: Reading, after: Reading) -> Option<Instant> {
        let (seen, sends) = (told == Told::Signal(Signal::Wake), after.queued > before.queued);
        let needed = seen || (sends && self.dial && !page.left);
        if !needed {
            return None;
        }
        let stays = if seen { Instant::ORIGIN } else { page.leaving_until };
        let at = now.max(self.not_before).max(stays);
        let max_delay = self.reconnect.as_ref()?.max_delay;
        Some(if self.online {
            at
        } else {
            at.max(self.waits_since.saturating_add(max_delay))
        })
    }

    /// While it waits until the page is seen, that and a message alone cause an attempt.
    fn stay_parked(&mut self, told: Told, now: Instant, page: &Page, before: Reading, after: Reading) {
        let Some(at) = self.unparked(told, now, page, before, after) else {
            return assert_eq!(after.planned, Instant::NEVER, "it waits until the page is seen");
        };
        self.parked = false;
        if at > now {
            assert_eq!(after.planned, at);
        } else {
            let at = self.lingering.waits(now).expect("its time had come");
            assert_eq!(after.planned, at, "it waits for room");
            (self.waits_since, self.not_before) = (now, at);
        }
    }
}
