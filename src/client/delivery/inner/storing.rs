//! Writes what the boxes have to store, one transaction after the other.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Inner, OneBox};
use crate::client::delivery::pending::DeliveryError;

/// After a failure of the store.
const RETRY_MS: f64 = 1_000.0;

impl Inner {
    /// Writes what is to be written, at the end of this task.
    pub(super) fn write(&self) {
        let has_work = self.boxes.borrow().values().any(|one| !one.records.is_settled());
        if !has_work || !self.is_started.get() || self.retry_at.get().is_finite() || self.is_writing.replace(true) {
            return;
        }
        self.spawn(async |this| {
            for name in this.names() {
                this.write_box(&name).await;
            }
            this.is_writing.set(false);
            this.leave_empty();
            this.settle();
        });
    }

    async fn write_box(&self, name: &str) {
        let mut limit = usize::MAX;
        loop {
            let taken = self.with(name, |one| {
                let state = one.state();
                (!one.records.is_settled()).then(|| one.records.take(state, limit))
            });
            let Some(Some(task)) = taken else { return };
            let result = self.options.store.write(name, task.changes.clone()).await;
            let stored = task.stored();
            let now = self.now();
            match result {
                Ok(()) => {
                    let slots = self.with(name, |one| {
                        one.records.finish(&task);
                        let slots: Vec<_> = stored
                            .iter()
                            .filter_map(|number| one.slots.get(number).cloned())
                            .collect();
                        if let (Some(first), Some(last)) = (stored.first(), stored.last()) {
                            one.machine.handle_stored(now, *first..=*last);
                        }
                        for number in &task.removed {
                            one.machine.handle_removed(now, *number);
                        }
                        slots
                    });
                    for slot in slots.into_iter().flatten() {
                        slot.store(self.options.store.stored_in());
                        self.changed();
                    }
                }
                // One message may be too large, and the others of its task are not.
                Err(_) if stored.len() > 1 => {
                    self.with(name, |one| one.records.put_back(&task));
                    limit = stored.len() / 2;
                    continue;
                }
                Err(error) => {
                    self.with(name, |one| {
                        one.records.put_back(&task);
                        for number in &stored {
                            one.machine.cancel(now, *number);
                        }
                    });
                    for number in &stored {
                        self.end(name, *number, Err(DeliveryError::NotStored(error.clone())));
                    }
                    if stored.is_empty() {
                        self.retry_at.set(self.platform.now() + RETRY_MS);
                        return;
                    }
                }
            }
            limit = usize::MAX;
            while let Some(Some(output)) = self.with(name, |one| one.machine.poll_output()) {
                self.execute(name, output);
            }
        }
    }

    /// Frees adopted boxes in which nothing is left.
    fn leave_empty(&self) {
        let is_empty =
            |(name, one): &(&String, &OneBox)| **name != self.own && one.machine.is_empty() && one.records.is_settled();
        let names: Vec<String> = self
            .boxes
            .borrow()
            .iter()
            .filter(is_empty)
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            let old = self.boxes.borrow_mut().remove(&name);
            drop(old);
            self.options.store.unlock(&name);
        }
    }
}
