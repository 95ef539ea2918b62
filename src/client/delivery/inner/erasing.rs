//! Removes all that a user has, whatever is being adopted meanwhile.

use core::cell::Cell;

use super::Inner;
use crate::client::delivery::store::StoreError;

/// The calls of `erase()`.
#[derive(Debug, Default)]
pub(super) struct Erasing {
    begun: Cell<usize>,
    ended: Cell<usize>,
}

impl Erasing {
    /// Returns how many there were; `None` while there is one. What is read in between may be erased.
    pub(super) fn count(&self) -> Option<usize> {
        (self.begun.get() == self.ended.get()).then_some(self.ended.get())
    }
}

impl Inner {
    /// Cancels everything, and removes it from the store.
    pub(in crate::client::delivery) async fn erase(&self) -> Result<(), StoreError> {
        let count = &self.erasing;
        count.begun.set(count.begun.get() + 1);
        self.drop_all();
        let erased = self.options.store.erase(&(self.options.user.clone() + "/")).await;
        count.ended.set(count.ended.get() + 1);
        erased
    }
}
