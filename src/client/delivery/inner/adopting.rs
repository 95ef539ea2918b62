//! Takes over the boxes of pages that are gone.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::Inner;
use crate::client::delivery::cursor::is_cursor;
use crate::client::delivery::pending::Slot;
use crate::client::delivery::records::{Stored, parse};

impl Inner {
    /// Takes over the boxes of this user's pages that are gone.
    pub(super) async fn adopt_all(&self) {
        if self.is_adopting.replace(true) {
            return;
        }
        let found = self.store.boxes(&format!("{}/", self.user)).await.unwrap_or_default();
        for name in found {
            let is_known = self.with(&name, |_| ()).is_some() || is_cursor(&name);
            if self.is_closed.get() || is_known || !self.store.lock(&name).await.unwrap_or(false) {
                continue;
            }
            // Read with the lock: until then its page may have written.
            match self.store.read(&name).await {
                Ok(records) if records.iter().any(|(key, _)| *key > 0) && !self.is_closed.get() => {
                    self.restore(&name, records);
                }
                _ => self.store.unlock(&name),
            }
        }
        self.is_adopting.set(false);
        self.settle();
    }

    fn restore(&self, name: &str, records: Vec<(u64, String)>) {
        let (state, records) = parse(records);
        let now = self.now();
        let wall = self.platform.wall_time();
        self.begin(name.into());
        let is_open = self.is_open();
        self.with(name, |one| {
            one.machine.restore_state(state.confirmed, state.is_stopped);
            for (key, messages) in records {
                one.records.restore(key, messages.clone());
                for Stored { number, until, message } in messages {
                    if number <= state.confirmed {
                        one.records.remove(number, false);
                        continue;
                    }
                    // The clock may have been set meanwhile.
                    let left = Duration::from_secs_f64((until - wall).max(1.0) / 1_000.0).min(self.keep);
                    let slot = Slot::new(name.into(), number, message);
                    slot.store(self.store.stored_in());
                    one.slots.insert(number, slot);
                    one.machine.restore(number, now.saturating_add(left.into()));
                }
            }
            if is_open {
                one.machine.handle_open(now);
            }
        });
        self.changed();
    }
}
