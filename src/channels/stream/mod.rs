//! The order of one channel's messages: what is dispatched, held, dropped, fetched or loaded, by their positions.

mod held;
mod offer;
mod state;
mod step;
mod wait;

use alloc::vec::Vec;

use self::held::{Held, Item};
use self::state::{Recovery, Wait};
pub(super) use self::step::{Rules, Step};

use super::position::{Position, Recovered, Start};

#[derive(Debug)]
pub(super) struct Stream<P, E> {
    rules: Rules,
    /// The last message that was dispatched or that the application has loaded.
    last: Option<Position<E>>,
    /// The last message that is known to exist.
    end: Option<Position<E>>,
    wait: Wait,
    held: Held<P, E>,
    /// The offset up to which messages were fetched, so that a gap that stays is not fetched again.
    fetched: u64,
    /// The position that was loaded last, so that a gap that stays is not loaded again.
    loaded: Option<Position<E>>,
    /// The application must load before messages are dispatched.
    must_load: bool,
    recovery: Recovery,
    /// It was subscribed before, so that messages may have been missed though none is known.
    began: bool,
}

impl<P, E: Clone + PartialEq> Stream<P, E> {
    pub(super) fn new(rules: Rules, since: Option<Position<E>>) -> Self {
        Self {
            rules,
            must_load: rules.loads && since.is_none(),
            last: since,
            end: None,
            wait: Wait::Nothing,
            held: Held::new(rules.held),
            fetched: 0,
            loaded: None,
            recovery: Recovery::Off,
            began: false,
        }
    }

    /// Returns the last message that was dispatched or loaded.
    pub(super) fn last(&self) -> Option<&Position<E>> {
        self.last.as_ref()
    }

    /// Returns the position from which the next subscription goes on.
    pub(super) fn since(&self) -> Option<&Position<E>> {
        self.last.as_ref().filter(|_| !self.must_load)
    }

    pub(super) const fn is_live(&self) -> bool {
        matches!(self.recovery, Recovery::Live)
    }

    pub(super) fn is_loading(&self) -> bool {
        self.wait == Wait::Load
    }

    /// The broker has answered the subscription.
    pub(super) fn subscribed(&mut self, start: Start<E>, steps: &mut Vec<Step<P, E>>) {
        self.end.clone_from(&start.position);
        self.fetched = 0;
        let first = self.last.is_none();
        let lost = !first && !self.must_load && self.is_lost(&start);
        let recovered = match start.recovered {
            _ if first && !self.began => Recovered::Yes,
            _ if lost || self.must_load => Recovered::No,
            recovered => recovered,
        };
        self.began = true;
        self.recovery = Recovery::Running {
            recovered,
            replayed: 0,
            replays: start.replays,
        };
        if lost {
            let after = self.last.take();
            steps.push(Step::Gap {
                after,
                before: start.position.clone(),
            });
            self.must_load = self.rules.loads;
            if !start.replays {
                self.last = start.position;
            }
        } else if first && !start.replays {
            self.last = start.position;
        }
        if self.must_load {
            self.wait = Wait::Load;
            steps.push(Step::Load);
        }
        self.settle(steps);
    }

    /// True if messages after the last one may be missing for good.
    fn is_lost(&self, start: &Start<E>) -> bool {
        let (Some(last), Some(end)) = (&self.last, &start.position) else {
            return start.recovered == Recovered::No;
        };
        // A stream whose end is before a message that was dispatched is another one.
        start.recovered == Recovered::No || last.epoch != end.epoch || end.offset < last.offset
    }

    /// A message has come: of before, or a live one.
    pub(super) fn message(
        &mut self,
        position: Option<Position<E>>,
        payload: P,
        replayed: bool,
        steps: &mut Vec<Step<P, E>>,
    ) {
        if let Some(position) = &position
            && self
                .end
                .as_ref()
                .is_none_or(|end| end.epoch != position.epoch || end.offset < position.offset)
        {
            self.end = Some(position.clone());
        }
        let live_too_early = !replayed && matches!(self.recovery, Recovery::Running { replays: true, .. });
        let item = Item {
            position,
            payload,
            replayed,
        };
        if self.wait == Wait::Nothing && !live_too_early {
            self.offer(item, steps);
        } else if !self.held.push(item) {
            self.overflow(steps);
        }
        self.settle(steps);
    }

    /// All messages of before have come.
    pub(super) fn caught_up(&mut self, steps: &mut Vec<Step<P, E>>) {
        if let Recovery::Running { replays, .. } = &mut self.recovery {
            *replays = false;
        }
        if self.last.is_none() && self.held.is_empty() {
            self.last.clone_from(&self.end);
        }
        self.settle(steps);
    }

    /// The connection is lost.
    pub(super) fn disconnected(&mut self) {
        self.wait = Wait::Nothing;
        self.held.clear();
        self.end = None;
        self.recovery = Recovery::Off;
    }

    /// Dispatches what is held as far as it goes, looks for what is missing at the end, and says when the stream is live.
    fn settle(&mut self, steps: &mut Vec<Step<P, E>>) {
        let replays = match self.recovery {
            Recovery::Off => return,
            Recovery::Running { replays, .. } => replays,
            Recovery::Live => false,
        };
        if self.wait == Wait::Nothing && !replays {
            self.report_dropped(steps);
        }
        while self.wait == Wait::Nothing
            && let Some(item) = self.held.pop(!replays)
        {
            self.offer(item, steps);
        }
        if replays || self.wait != Wait::Nothing {
            return;
        }
        self.fetch_end(steps);
        if self.wait == Wait::Nothing
            && let Recovery::Running {
                recovered, replayed, ..
            } = self.recovery
        {
            self.recovery = Recovery::Live;
            steps.push(Step::Live { recovered, replayed });
        }
    }
}
