//! Takes over the boxes of pages that are gone.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use super::Inner;
use crate::client::delivery::cursor::is_cursor;
use crate::client::delivery::pending::Slot;
use crate::client::delivery::records::{Stored, parse};
use crate::client::delivery::wire;

impl Inner {
    /// Takes over the boxes of this user's pages that are gone.
    pub(super) async fn adopt_all(&self) {
        if self.is_adopting.replace(true) {
            return;
        }
        let found = self
            .options
            .store
            .boxes(&format!("{}/", self.options.user))
            .await
            .unwrap_or_default();
        for name in found {
            let is_known =
                self.with(&name, |_| ()).is_some() || is_cursor(&name) || self.unreadable.borrow().contains(&name);
            if self.is_closed.get() || is_known || !self.options.store.lock(&name).await.unwrap_or(false) {
                continue;
            }
            let erased = self.erasing.count();
            // Read with the lock: until then its page may have written.
            let read = self.options.store.read(&name).await;
            let is_erased = erased.is_none() || erased != self.erasing.count();
            match read {
                Ok(records) if records.iter().any(|(key, _)| *key > 0) && !self.is_closed.get() && !is_erased => {
                    if !self.restore(&name, records) {
                        self.unreadable.borrow_mut().insert(name.clone());
                        self.options.store.unlock(&name);
                    }
                }
                _ => self.options.store.unlock(&name),
            }
        }
        self.is_adopting.set(false);
        self.settle();
    }

    /// Converts a stored message. `None` if only another page can.
    fn migrate(&self, stored: &Stored) -> Option<String> {
        let Some(migrate) = self
            .options
            .migrate
            .as_ref()
            .filter(|_| stored.version != self.options.version)
        else {
            return Some(stored.message.clone());
        };
        let message = serde_json::from_str(&stored.message).ok()?;
        let text = migrate(message, stored.version)?.to_string();
        wire::fault(&text).is_none().then_some(text)
    }

    /// Returns false if it can't read all messages: then it takes none.
    fn restore(&self, name: &str, records: Vec<(u64, String)>) -> bool {
        let (state, records) = parse(records);
        let mut texts = BTreeMap::new();
        for stored in records.iter().flat_map(|(_, messages)| messages) {
            match self.migrate(stored) {
                Some(text) => texts.insert(stored.number, text),
                None => return false,
            };
        }
        let now = self.now();
        let wall = self.platform.wall_time();
        self.begin(name.into());
        let is_open = self.is_open();
        self.with(name, |one| {
            one.machine.restore_state(state.confirmed, state.is_stopped);
            for (key, messages) in records {
                one.records.restore(key, messages.clone());
                for Stored { number, until, .. } in messages {
                    let text = texts.remove(&number).filter(|_| number > state.confirmed);
                    let Some(text) = text else {
                        one.records.remove(number, false);
                        continue;
                    };
                    // The clock may have been set meanwhile.
                    let left = Duration::from_secs_f64((until - wall).max(1.0) / 1_000.0).min(self.options.keep);
                    let slot = Slot::new(name.into(), number, text, left);
                    slot.store(self.options.store.stored_in());
                    one.slots.insert(number, slot);
                    one.machine.restore(number, now.saturating_add(left.into()));
                }
            }
            if is_open {
                one.machine.handle_open(now);
            }
        });
        self.changed();
        true
    }
}
