//! The answers that a stream waits for: history, and the application's load.

use alloc::vec::Vec;

use super::Stream;
use super::held::Item;
use super::state::{Recovery, Wait};
use super::step::Step;
use crate::channels::position::{Numbering, Position};

impl<P, E: Clone + PartialEq> Stream<P, E> {
    /// The messages that were fetched, oldest first; none if that has failed.
    pub(in crate::channels) fn fetched(&mut self, messages: Vec<(Position<E>, P)>, steps: &mut Vec<Step<P, E>>) {
        let Wait::History { before } = self.wait else { return };
        self.wait = Wait::Nothing;
        self.fetched = before;
        for (position, payload) in messages.into_iter().rev() {
            self.held.put_first(Item {
                position: Some(position),
                payload,
                replayed: true,
            });
        }
        self.settle(steps);
    }

    /// The application has loaded its state, as of this position. `others`: there are parts of it that don't load.
    pub(in crate::channels) fn loaded(
        &mut self,
        position: Option<Position<E>>,
        others: bool,
        steps: &mut Vec<Step<P, E>>,
    ) {
        if self.wait != Wait::Load {
            return;
        }
        if others && let Some(position) = &position {
            self.dispatch_early(position, steps);
        }
        // The state is older than what was dispatched: nobody holds what is between.
        let is_behind = self.rules.resumes
            && (self.last.as_ref().zip(position.as_ref()))
                .is_some_and(|(last, loaded)| last.epoch == loaded.epoch && loaded.offset < last.offset);
        self.wait = Wait::Nothing;
        self.must_load = false;
        self.fetched = 0;
        self.last.clone_from(&position);
        self.loaded = position;
        if is_behind {
            steps.push(Step::Resume);
        } else {
            self.settle(steps);
        }
    }

    /// Dispatches what is held and in the state that was loaded.
    fn dispatch_early(&mut self, loaded: &Position<E>, steps: &mut Vec<Step<P, E>>) {
        let is_earlier =
            |one: &Position<E>, other: &Position<E>| one.epoch == other.epoch && one.offset <= other.offset;
        let is_dropped = |dropped: &Item<(), E>| {
            let known = dropped.position.as_ref().zip(self.last.as_ref());
            !known.is_some_and(|(dropped, last)| is_earlier(dropped, last))
        };
        if self.held.take_dropped().is_some_and(|dropped| is_dropped(&dropped)) {
            self.gap_before(self.held.first().cloned(), steps);
        }
        while let Some(position) = self.held.first().filter(|first| is_earlier(first, loaded)).cloned()
            && let Some(Item { payload, replayed, .. }) = self.held.pop(true)
        {
            let last = self.last.as_ref().filter(|last| last.epoch == position.epoch);
            if last.is_some_and(|last| position.offset <= last.offset) {
                continue;
            }
            if self.rules.numbering == Numbering::Dense
                && last.is_some_and(|last| position.offset > last.offset.saturating_add(1))
            {
                self.gap_before(Some(position.clone()), steps);
            }
            self.last = Some(position.clone());
            steps.push(Step::Early {
                position,
                payload,
                replayed,
            });
        }
    }

    fn gap_before(&mut self, before: Option<Position<E>>, steps: &mut Vec<Step<P, E>>) {
        self.lose();
        steps.push(Step::Gap {
            after: self.last.clone(),
            before,
        });
    }

    /// More messages are held than the limit allows.
    pub(super) fn overflow(&mut self, steps: &mut Vec<Step<P, E>>) {
        match self.wait {
            Wait::History { .. } if self.rules.loads => {
                self.held.clear();
                self.load(steps);
            }
            // The messages fetched so far are none: what is missing is reported, and the others are dispatched.
            Wait::History { .. } => self.fetched(Vec::new(), steps),
            // It shows at the end of the load what is missing.
            Wait::Load | Wait::Nothing => self.held.drop_first(),
        }
    }

    /// Another part of the application needs the state. Live messages wait for it.
    pub(in crate::channels) fn reload(&mut self, steps: &mut Vec<Step<P, E>>) {
        self.rules.loads = true;
        if matches!(self.recovery, Recovery::Off) {
            self.must_load = true;
        } else {
            // If others load just now, all load again.
            self.load(steps);
        }
    }

    pub(super) fn load(&mut self, steps: &mut Vec<Step<P, E>>) {
        self.must_load = true;
        self.wait = Wait::Load;
        steps.push(Step::Load);
    }

    /// Fetches what is missing between the last message that was dispatched and the last one that is known.
    pub(super) fn fetch_end(&mut self, steps: &mut Vec<Step<P, E>>) {
        let (Numbering::Dense, Some(last), Some(end)) = (self.rules.numbering, &self.last, &self.end) else {
            return;
        };
        if last.epoch != end.epoch || end.offset <= last.offset {
            return;
        }
        let (end, before) = (end.clone(), end.offset.saturating_add(1));
        self.miss(None, end, before, steps);
    }
}
