//! The parts of the application that use a channel.

use super::position::Position;

/// A part of the application that uses a channel.
#[derive(Debug)]
pub(super) struct Holder<E> {
    /// It has a state to load.
    pub(super) loads: bool,
    /// It can be asked for the channel's token.
    pub(super) authorizes: bool,
    /// The messages up to this one are in its state, or were dispatched to it, though the channel begins earlier again.
    has: Option<Position<E>>,
}

impl<E: Clone + PartialEq> Holder<E> {
    pub(super) const fn new(loads: bool, authorizes: bool) -> Self {
        Self {
            loads,
            authorizes,
            has: None,
        }
    }

    /// Its state is as of this position.
    pub(super) fn loaded(&mut self, position: Option<Position<E>>) {
        self.has = position;
    }

    /// Others load: the channel may go back, and this one was given messages up to here.
    pub(super) fn keep(&mut self, dispatched: Option<&Position<E>>) {
        let later = match (&self.has, dispatched) {
            (Some(has), Some(dispatched)) => has.epoch != dispatched.epoch || has.offset < dispatched.offset,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        if later {
            self.has = dispatched.cloned();
        }
    }

    /// True if it has the message of this position.
    pub(super) fn has(&mut self, position: &Position<E>) -> bool {
        let Some(has) = &self.has else { return false };
        let known = has.epoch == position.epoch && position.offset <= has.offset;
        if !known {
            self.has = None;
        }
        known
    }
}
