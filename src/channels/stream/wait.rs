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

    /// The application has loaded its state, as of this position.
    pub(in crate::channels) fn loaded(&mut self, position: Option<Position<E>>, steps: &mut Vec<Step<P, E>>) {
        if self.wait != Wait::Load {
            return;
        }
        self.wait = Wait::Nothing;
        self.must_load = false;
        self.fetched = 0;
        self.last.clone_from(&position);
        self.loaded = position;
        self.settle(steps);
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
        } else if self.wait != Wait::Load {
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
