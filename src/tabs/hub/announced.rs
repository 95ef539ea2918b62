//! Messages of other tabs that are about to be handed over.

use alloc::vec::Vec;

use crate::engine::Instant;

use super::taken::Taken;

#[derive(Debug)]
pub(super) struct Announced<P> {
    /// They are numbered from 1 up; the last of these has the number `last`.
    waiting: Vec<Taken<P>>,
    pub(super) last: u64,
    /// The frames about those up to this one have left the page.
    pub(super) told: u64,
    /// The number in the frame that was posted last, and when that was.
    pub(super) asked: (u64, Instant),
}

impl<P> Announced<P> {
    pub(super) const fn new() -> Self {
        Self {
            waiting: Vec::new(),
            last: 0,
            told: 0,
            asked: (0, Instant::ORIGIN),
        }
    }

    pub(super) fn push(&mut self, taken: Taken<P>) {
        self.last += 1;
        self.waiting.push(taken);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Taken<P>> {
        self.waiting.iter()
    }

    /// True if something can be handed over.
    pub(super) const fn is_told(&self) -> bool {
        self.last - self.told < self.waiting.len() as u64
    }

    /// Removes and returns the first messages: all up to this number.
    pub(super) fn take(&mut self, upto: u64) -> Vec<Taken<P>> {
        let later = usize::try_from(self.last - upto).unwrap_or(usize::MAX);
        let later = self.waiting.split_off(self.waiting.len().saturating_sub(later));
        core::mem::replace(&mut self.waiting, later)
    }
}
