//! Counts the calls of `erase()`, because a box may be being adopted meanwhile.

use core::cell::Cell;

/// The calls of `erase()`.
#[derive(Debug, Default)]
pub(super) struct Erasing {
    begun: Cell<usize>,
    ended: Cell<usize>,
}

impl Erasing {
    pub(super) fn begin(&self) {
        self.begun.set(self.begun.get() + 1);
    }

    pub(super) fn end(&self) {
        self.ended.set(self.ended.get() + 1);
    }

    /// Returns how many there were; `None` while there is one. What is read in between may be erased.
    pub(super) fn count(&self) -> Option<usize> {
        (self.begun.get() == self.ended.get()).then_some(self.ended.get())
    }
}
