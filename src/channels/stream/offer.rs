//! The next message is dispatched, dropped or held, by its position.

use alloc::vec::Vec;

use super::Stream;
use super::held::Item;
use super::state::{Recovery, Wait};
use super::step::Step;
use crate::channels::position::{Numbering, Position, Recovered};

impl<P, E: Clone + PartialEq> Stream<P, E> {
    /// Dispatches or drops a message, or finds that others are missing before it.
    pub(super) fn offer(&mut self, item: Item<P, E>, steps: &mut Vec<Step<P, E>>) {
        let Some(position) = item.position.clone() else {
            return self.dispatch(item, steps);
        };
        let next = match (&self.last, self.rules.numbering) {
            (None, _) | (_, Numbering::None) => true,
            (Some(last), _) if last.epoch != position.epoch => false,
            (Some(last), _) if position.offset <= last.offset => return,
            (_, Numbering::Ordered) => true,
            (Some(_), Numbering::Runs(of)) if position.offset % of == 0 => true,
            (Some(last), Numbering::Dense | Numbering::Runs(_)) => position.offset == last.offset.saturating_add(1),
        };
        if next {
            self.dispatch(item, steps);
        } else {
            let before = position.offset;
            self.miss(Some(item), position, before, steps);
        }
    }

    fn dispatch(&mut self, item: Item<P, E>, steps: &mut Vec<Step<P, E>>) {
        if let Recovery::Running { replayed: count, .. } = &mut self.recovery
            && item.replayed
        {
            *count += 1;
        }
        if item.position.is_some() {
            self.last.clone_from(&item.position);
        }
        steps.push(Step::Message {
            position: item.position,
            payload: item.payload,
            replayed: item.replayed,
        });
    }

    /// Messages are missing after the last one and before this one: they are fetched or loaded, or a gap is reported.
    ///
    /// `known` is the position of the message, or of the last one that is known if that has not come itself.
    pub(super) fn miss(
        &mut self,
        item: Option<Item<P, E>>,
        known: Position<E>,
        before: u64,
        steps: &mut Vec<Step<P, E>>,
    ) {
        let last = self.last.clone();
        if let Some(last) = &last
            && self.rules.history
            && last.epoch == known.epoch
            && before > self.fetched
        {
            if let Some(item) = item {
                self.held.put_first(item);
            }
            self.wait = Wait::History { before };
            steps.push(Step::Fetch {
                after: last.clone(),
                before,
            });
            return;
        }
        if last.as_ref().is_some_and(|last| last.epoch != known.epoch) {
            // Offsets begin anew.
            self.fetched = 0;
        }
        self.lose();
        steps.push(Step::Gap {
            after: last.clone(),
            before: item.as_ref().and_then(|item| item.position.clone()),
        });
        // A load that has just ended would find the same.
        if self.rules.loads && last != self.loaded {
            if let Some(item) = item {
                self.held.put_first(item);
            }
            self.load(steps);
        } else if let Some(item) = item {
            self.dispatch(item, steps);
        } else {
            self.last = Some(known);
        }
    }

    /// Reports a gap if messages were dropped, as too many were held, and their absence does not show by their numbers.
    pub(super) fn report_dropped(&mut self, steps: &mut Vec<Step<P, E>>) {
        let Some(dropped) = self.held.take_dropped() else {
            return;
        };
        let known = match (&dropped.position, &self.last) {
            (Some(dropped), Some(last)) => last.epoch == dropped.epoch && dropped.offset <= last.offset,
            _ => false,
        };
        // The next message shows it.
        let shows = match self.rules.numbering {
            Numbering::Dense => dropped.position.is_some(),
            Numbering::Runs(of) => self.held.first().is_some_and(|next| next.offset % of != 0),
            Numbering::Ordered | Numbering::None => false,
        };
        if known || shows {
            return;
        }
        self.lose();
        steps.push(Step::Gap {
            after: self.last.clone(),
            before: None,
        });
    }

    /// Some messages of before are missing.
    pub(super) const fn lose(&mut self) {
        if let Recovery::Running { recovered, .. } = &mut self.recovery {
            *recovered = Recovered::No;
        }
    }
}
