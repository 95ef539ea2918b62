//! The plan of the next attempt: its bounds, its moves, and none while the page is hidden.

use super::super::page::Page;
use super::super::reading::{InputKind, Reading};
use super::Retries;
use holdfast_ws::engine::{Close, Instant, Signal, Span};

/// The time within which an attempt is made after the network or the page came back.
const WAKE_JITTER: Span = Span::from_millis(250);

impl Retries {
    /// Another attempt is planned, unless the page is `hidden` and needs none; if it `returns`, that brings it forward.
    pub(super) fn wait(&mut self, close: Close, now: Instant, returns: bool, hidden: bool, after: Reading) {
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
    pub(super) fn move_plan(&mut self, kind: InputKind, now: Instant, page: &Page, before: Reading, after: Reading) {
        let returns = kind == InputKind::Signal(Signal::Wake);
        let max_delay = self
            .reconnect
            .as_ref()
            .map_or(Span::ZERO, |reconnect| reconnect.max_delay);
        if before.parked {
            return self.stay_parked(kind, now, page, before, after);
        }
        let comes = before.planned <= now && before.planned != Instant::NEVER;
        let freed = self.lingering.is_freed(now, before.planned) && !page.left;
        match kind {
            InputKind::Tick | InputKind::LingerEnded
                if kind == InputKind::Tick && comes || kind == InputKind::LingerEnded && freed =>
            {
                if now < page.leaving_until {
                    assert_eq!(after.planned, page.leaving_until, "it waits until the page stays");
                } else if after.parked && page.hidden && !self.dial && !self.own {
                    // The first attempt of a lazy engine waited for room, and the page isn't seen.
                    assert_eq!(after.planned, Instant::NEVER, "it waits until the page is seen");
                    self.parked = true;
                } else {
                    let at = self.lingering.waits(now).expect("its time had come");
                    assert_eq!(after.planned, at, "it waits for room");
                    (self.waits_since, self.not_before) = (now, at);
                }
            }
            InputKind::Signal(Signal::Hidden | Signal::Left) if !page.hidden && !self.dial && !self.own => {
                assert_eq!(after.planned, Instant::NEVER, "it waits until the page is seen");
                self.parked = true;
            }
            InputKind::Signal(Signal::Offline) if !page.left => {
                assert_eq!(
                    after.planned,
                    before.planned.max(self.waits_since.saturating_add(max_delay))
                );
            }
            InputKind::Signal(Signal::Online | Signal::Wake) if self.online && (returns || !page.left) => {
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
            InputKind::Signal(Signal::Wake) if page.left && before.planned == Instant::NEVER => {
                assert_eq!(after.planned, now.saturating_add(max_delay));
                self.waits_since = now;
            }
            // The same, of a page that is back but hidden.
            InputKind::Signal(Signal::Restored) if page.left && before.planned == Instant::NEVER => {
                let delay = if self.online { Span::ZERO } else { max_delay };
                self.parked = page.hidden && !self.dial && !self.own;
                let planned = if self.parked {
                    Instant::NEVER
                } else {
                    now.saturating_add(delay)
                };
                assert_eq!(after.planned, planned);
                self.waits_since = now;
            }
            _ => assert_eq!(after.planned, before.planned),
        }
    }

    /// When the attempt that was not planned is made, if this makes it needed.
    pub(super) fn unparked(
        &self,
        kind: InputKind,
        now: Instant,
        page: &Page,
        before: Reading,
        after: Reading,
    ) -> Option<Instant> {
        let (seen, sends) = (kind == InputKind::Signal(Signal::Wake), after.queued > before.queued);
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
    pub(super) fn stay_parked(&mut self, kind: InputKind, now: Instant, page: &Page, before: Reading, after: Reading) {
        let Some(at) = self.unparked(kind, now, page, before, after) else {
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
