//! Loss of power in a [`World`]: all pages are gone, and so are some of the last writes.

use crate::world::{Transaction, World};

impl World {
    /// A transaction is complete. One that is strict makes all before it safe, too.
    pub(crate) fn commit(&mut self, transaction: Transaction) {
        self.disk.extend(transaction.puts);
        for message in transaction.removes {
            self.disk.remove(&message);
        }
        if transaction.is_strict {
            self.unsafe_tail.clear();
        }
    }

    /// So many of the last writes that may be lost are kept. What was stored by the others, and is not done, is lost.
    pub(crate) fn lose_power(&mut self, kept: usize, arriving: usize) {
        for id in self.pages.keys().copied().collect::<Vec<_>>() {
            self.crash(id, arriving, false);
        }
        if kept < self.unsafe_tail.len() {
            (self.disk, self.states) = self.unsafe_tail.swap_remove(kept);
            let disk = &self.disk;
            self.owed.retain(|message| disk.contains_key(message));
        }
        self.unsafe_tail.clear();
    }
}
