//! Is the hub alive? A visible tab asks when it has heard nothing for a while, and takes the lock away from a hub that doesn't answer.
//!
//! A hub that crashes or closes gives up the lock by that, so this is only about one that is frozen. While the hub talks, nobody asks.
//! A tab whose own timer is late may itself have slept, and the answer may be waiting behind the timer; so it asks again.

use crate::engine::{Instant, Span};

use super::super::ids::TabId;

/// A timer that fires this much late shows that the page, or the machine, has slept.
const LATE: Span = Span::from_millis(1_000);

/// The longest random wait before the last look, so that not all tabs take over at once.
pub(crate) const JITTER: Span = Span::from_millis(300);

/// The next thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WatchStep {
    Nothing,
    /// Ask the hub.
    Question,
    /// Look up who holds the lock.
    Query,
    /// Take the lock.
    Steal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The hub was heard.
    Quiet { ask_at: Instant },
    /// It was asked, once or twice.
    Asked { check_at: Instant, again: bool },
    /// It has not answered; who holds the lock?
    Looking { since: Instant },
    /// This tab does. It waits, by chance, for another tab to take over, or for the hub.
    Waiting { until: Instant, holder: TabId },
    /// It looks up who holds the lock now.
    LastLook { since: Instant, holder: TabId },
    /// The lock was taken away, and is not yet granted.
    Stealing,
}

#[derive(Debug)]
pub(crate) struct Watch {
    state: State,
    patience: Span,
}

impl Watch {
    pub(crate) fn new(now: Instant, patience: Span) -> Self {
        Self {
            state: State::Quiet {
                ask_at: now.saturating_add(patience),
            },
            patience,
        }
    }

    /// The hub is alive.
    pub(crate) fn heard(&mut self, now: Instant) {
        self.state = State::Quiet {
            ask_at: now.saturating_add(self.patience),
        };
    }

    /// Asks at once: the page has become visible.
    pub(crate) fn ask(&mut self, now: Instant) -> WatchStep {
        self.asked(now, false)
    }

    fn asked(&mut self, now: Instant, again: bool) -> WatchStep {
        let check_at = now.saturating_add(self.patience.half());
        self.state = State::Asked { check_at, again };
        WatchStep::Question
    }

    /// Returns when [`Watch::check`] is due.
    pub(crate) const fn due(&self) -> Instant {
        match self.state {
            State::Quiet { ask_at: at } | State::Asked { check_at: at, .. } | State::Waiting { until: at, .. } => at,
            State::Looking { .. } | State::LastLook { .. } | State::Stealing => Instant::NEVER,
        }
    }

    pub(crate) fn check(&mut self, now: Instant) -> WatchStep {
        let due = self.due();
        if now < due {
            return WatchStep::Nothing;
        }
        if now > due.saturating_add(LATE) {
            return self.asked(now, false);
        }
        match self.state {
            State::Quiet { .. } => self.asked(now, false),
            State::Asked { again: false, .. } => self.asked(now, true),
            State::Asked { again: true, .. } => {
                self.state = State::Looking { since: now };
                WatchStep::Query
            }
            State::Waiting { holder, .. } => {
                self.state = State::LastLook { since: now, holder };
                WatchStep::Query
            }
            State::Looking { .. } | State::LastLook { .. } | State::Stealing => WatchStep::Nothing,
        }
    }

    /// The lookup's result. `jitter` is a random span up to [`JITTER`].
    pub(crate) fn holder(&mut self, now: Instant, holder: Option<TabId>, me: TabId, jitter: Span) -> WatchStep {
        let (State::Looking { since } | State::LastLook { since, .. }) = self.state else {
            return WatchStep::Nothing;
        };
        // Nobody holds it: it will be granted to this tab or another one. Or this tab holds it and will be told.
        let Some(other) = holder.filter(|&tab| tab != me) else {
            self.heard(now);
            return WatchStep::Nothing;
        };
        if now > since.saturating_add(LATE) {
            return self.asked(now, false);
        }
        match self.state {
            State::LastLook { holder, .. } if holder == other => {
                self.state = State::Stealing;
                WatchStep::Steal
            }
            State::LastLook { .. } => self.asked(now, false),
            _ => {
                self.state = State::Waiting {
                    until: now.saturating_add(jitter),
                    holder: other,
                };
                WatchStep::Nothing
            }
        }
    }
}
