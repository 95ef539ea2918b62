//! `setTimeout` and `setInterval`: clamping, nesting, and throttling of hidden pages. Times are the page's own, which may stand still.

use alloc::collections::{BTreeMap, BTreeSet};

use super::ids::TimerId;
use super::time::{Instant, Span};

/// How often the timers of a page may fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Throttle {
    /// Whenever they are due.
    None,
    /// At whole seconds.
    Second,
    /// At whole minutes.
    Minute,
}

/// Timers nested deeper than this take [`LEAST_NESTED`] at least:
/// <https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers>.
const NESTED: u32 = 5;
const LEAST_NESTED: Span = Span::from_millis(4);

/// Chromium throttles by the minute only timers that were set by as many timers before them.
const CHAINED: u32 = 5;

#[derive(Debug)]
struct Timer {
    due: Instant,
    /// In the order of setting.
    number: u64,
    nesting: u32,
    repeats: Option<Span>,
    /// Of a worker, whose timers are not throttled.
    worker: bool,
}

/// The timers of a page.
#[derive(Debug)]
pub(super) struct Timers {
    set: BTreeMap<TimerId, Timer>,
    /// Those whose task is not queued, by when they are due without throttling.
    order: BTreeSet<(Instant, u64, TimerId)>,
    last: u32,
    numbered: u64,
    /// How deep the timer is nested whose task runs.
    nesting: u32,
}

/// The causes that throttle timers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Throttling {
    /// Timers fire at whole seconds.
    pub(super) seconds: bool,
    /// From when chained timers fire by the minute.
    pub(super) chained_from: Instant,
    /// All timers fire by the minute.
    pub(super) minutes: bool,
}

impl Timers {
    pub(super) const fn new() -> Self {
        Self {
            set: BTreeMap::new(),
            order: BTreeSet::new(),
            last: 0,
            numbered: 0,
            nesting: 0,
        }
    }

    /// Sets a timer, as `setTimeout` and `setInterval` do.
    pub(super) fn set(&mut self, now: Instant, millis: i32, repeats: bool) -> TimerId {
        let mut wait = Span::from_millis(u64::try_from(millis).unwrap_or(0));
        if self.nesting > NESTED {
            wait = wait.max(LEAST_NESTED);
        }
        self.last += 1;
        self.numbered += 1;
        let id = TimerId(self.last);
        let timer = Timer {
            due: now.saturating_add(wait),
            number: self.numbered,
            nesting: self.nesting + 1,
            repeats: repeats.then_some(wait),
            worker: false,
        };
        self.order.insert((timer.due, timer.number, id));
        self.set.insert(id, timer);
        id
    }

    /// Sets a timer that a worker of the page has set. It isn't throttled.
    pub(super) fn set_worker(&mut self, now: Instant, millis: i32) -> TimerId {
        let id = self.set(now, millis, false);
        if let Some(timer) = self.set.get_mut(&id) {
            timer.worker = true;
        }
        id
    }

    pub(super) fn clear(&mut self, id: TimerId) {
        if let Some(timer) = self.set.remove(&id) {
            self.order.remove(&(timer.due, timer.number, id));
        }
    }

    pub(super) fn clear_all(&mut self) {
        self.set.clear();
        self.order.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.set.len()
    }

    /// Returns when the next task is to be queued.
    pub(super) fn next_at(&self, throttling: Throttling) -> Option<Instant> {
        self.next(throttling).map(|(at, ..)| at)
    }

    /// Marks the next timer as queued, if it is due.
    pub(super) fn take_due(&mut self, now: Instant, throttling: Throttling) -> Option<TimerId> {
        let (.., id) = self.next(throttling).filter(|(at, ..)| *at <= now)?;
        let timer = self.set.get(&id)?;
        self.order.remove(&(timer.due, timer.number, id));
        Some(id)
    }

    /// The timer's task runs. False if it was cleared meanwhile.
    pub(super) fn runs(&mut self, now: Instant, id: TimerId) -> bool {
        let Some(timer) = self.set.get_mut(&id) else {
            return false;
        };
        self.nesting = timer.nesting;
        if let Some(mut wait) = timer.repeats {
            timer.nesting += 1;
            if timer.nesting > NESTED {
                wait = wait.max(LEAST_NESTED);
            }
            self.order.remove(&(timer.due, timer.number, id));
            self.numbered += 1;
            timer.number = self.numbered;
            timer.due = now.saturating_add(wait);
            self.order.insert((timer.due, timer.number, id));
        } else {
            self.set.remove(&id);
        }
        true
    }

    /// No timer's task runs any more.
    pub(super) fn ran(&mut self) {
        self.nesting = 0;
    }

    fn next(&self, throttling: Throttling) -> Option<(Instant, u64, TimerId)> {
        let mut first: Option<(Instant, u64, TimerId)> = None;
        for (due, number, id) in &self.order {
            // Throttling only puts off: all others come later.
            if first.is_some_and(|(turn, ..)| turn < *due) {
                break;
            }
            let turn = self.set.get(id).map(|timer| (throttling.turn(timer), *number, *id));
            first = first.into_iter().chain(turn).min();
        }
        first
    }
}

impl Throttling {
    /// Returns when a timer has its turn.
    fn turn(self, timer: &Timer) -> Instant {
        if timer.worker {
            return timer.due;
        }
        if self.minutes {
            return align(timer.due, 60_000);
        }
        if !self.seconds {
            return timer.due;
        }
        let at = align(timer.due, 1_000);
        if timer.nesting >= CHAINED && at >= self.chained_from {
            return align(timer.due.max(self.chained_from), 60_000);
        }
        at
    }
}

fn align(at: Instant, millis: u64) -> Instant {
    let every = millis * 1_000;
    Instant::from_micros(at.as_micros().div_ceil(every).saturating_mul(every))
}
