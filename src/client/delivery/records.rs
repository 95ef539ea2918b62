//! The records of one box: each has the messages of one task, and is removed when all of them have ended.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::{Value, json};

use super::store::Changes;

/// A record is written anew when one of its messages is given up, so it is not too large for that.
const MOST: usize = 256;

/// A message as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) number: u64,
    /// When it expires: milliseconds since the Unix epoch.
    pub(super) until: f64,
    pub(super) message: String,
    /// The version of the application's messages.
    pub(super) version: u32,
}

/// The knowledge of a box besides its messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) confirmed: u64,
    pub(super) is_stopped: bool,
}

/// The content of a box, as it was read.
pub(super) fn parse(records: Vec<(u64, String)>) -> (State, Vec<(u64, Vec<Stored>)>) {
    let mut state = State::default();
    let mut all = Vec::new();
    for (key, text) in records {
        let Ok(value) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        if key == 0 {
            state.confirmed = value.get("confirmed").and_then(Value::as_u64).unwrap_or(0);
            state.is_stopped = value.get("stopped").and_then(Value::as_bool).unwrap_or(false);
        } else if let Value::Array(rows) = value {
            all.push((key, rows.iter().filter_map(stored).collect()));
        }
    }
    (state, all)
}

fn stored(row: &Value) -> Option<Stored> {
    Some(Stored {
        number: row.get(0)?.as_u64()?,
        until: row.get(1)?.as_f64()?,
        message: row.get(2)?.as_str()?.to_string(),
        version: row
            .get(3)
            .and_then(Value::as_u64)
            .and_then(|version| version.try_into().ok())
            .unwrap_or(1),
    })
}

fn write(messages: &[&Stored]) -> String {
    let row = |each: &&Stored| json!([each.number, each.until, each.message, each.version]);
    messages.iter().map(row).collect::<Value>().to_string()
}

/// A record to write, and the consequence of that.
#[derive(Debug, Default)]
pub(super) struct Task {
    pub(super) changes: Changes,
    /// New records: their keys, and the numbers of their messages.
    made: Vec<(u64, Vec<u64>)>,
    emptied: Vec<u64>,
    /// Numbers that are not in the store afterwards, and whose removal is awaited.
    pub(super) removed: Vec<u64>,
}

impl Task {
    /// Returns the numbers that are new in the store.
    pub(super) fn stored(&self) -> Vec<u64> {
        self.made
            .iter()
            .flat_map(|(_, numbers)| numbers.iter().copied())
            .collect()
    }
}

#[derive(Debug, Default)]
pub(super) struct Records {
    messages: BTreeMap<u64, Stored>,
    unwritten: BTreeSet<u64>,
    /// The numbers of each record that have not ended.
    left: BTreeMap<u64, BTreeSet<u64>>,
    record_of: BTreeMap<u64, u64>,
    dirty: BTreeSet<u64>,
    removed: Vec<u64>,
    is_state_dirty: bool,
}

impl Records {
    pub(super) fn put(&mut self, stored: Stored) {
        self.unwritten.insert(stored.number);
        self.messages.insert(stored.number, stored);
    }

    pub(super) fn restore(&mut self, key: u64, messages: Vec<Stored>) {
        let numbers = messages.iter().map(|each| each.number);
        self.left.insert(key, numbers.clone().collect());
        self.record_of.extend(numbers.map(|number| (number, key)));
        self.messages
            .extend(messages.into_iter().map(|each| (each.number, each)));
    }

    /// Removes a message: one that is given up (`is_awaited`) at once, one that is done when all of its record are.
    pub(super) fn remove(&mut self, number: u64, is_awaited: bool) {
        self.messages.remove(&number);
        self.unwritten.remove(&number);
        if is_awaited {
            self.removed.push(number);
        }
        let Some(key) = self.record_of.remove(&number) else {
            return;
        };
        if let Some(left) = self.left.get_mut(&key) {
            left.remove(&number);
            if left.is_empty() || is_awaited {
                self.dirty.insert(key);
            }
        }
    }

    /// A message has another number: it is stored under that one, and removed under the first, in one transaction.
    pub(super) fn renumber(&mut self, number: u64, renumbered: u64) {
        let Some(stored) = self.messages.get(&number).cloned() else {
            return;
        };
        self.remove(number, true);
        self.put(Stored {
            number: renumbered,
            ..stored
        });
    }

    pub(super) fn touch(&mut self) {
        self.is_state_dirty = true;
    }

    /// True if there are messages that are not in the store.
    pub(super) fn has_unwritten(&self) -> bool {
        !self.unwritten.is_empty()
    }

    pub(super) fn is_settled(&self) -> bool {
        self.unwritten.is_empty() && self.dirty.is_empty() && self.removed.is_empty() && !self.is_state_dirty
    }

    /// Takes everything that is to be written; with a limit, that many messages of those that are not.
    pub(super) fn take(&mut self, state: State, limit: usize) -> Task {
        let mut task = Task {
            removed: core::mem::take(&mut self.removed),
            ..Task::default()
        };
        for key in core::mem::take(&mut self.dirty) {
            let left = self.left.get(&key).into_iter().flatten();
            let left: Vec<&Stored> = left.filter_map(|number| self.messages.get(number)).collect();
            if left.is_empty() {
                task.changes.remove.push(key);
                task.emptied.push(key);
            } else {
                task.changes.put.push((key, write(&left)));
            }
        }
        let fresh: Vec<u64> = self.unwritten.iter().copied().take(limit).collect();
        for numbers in fresh.chunks(MOST) {
            let messages: Vec<&Stored> = numbers.iter().filter_map(|number| self.messages.get(number)).collect();
            let Some(first) = numbers.first() else { continue };
            task.changes.put.push((*first, write(&messages)));
            task.made.push((*first, numbers.to_vec()));
        }
        let is_empty = task.made.is_empty() && self.left.len() == task.emptied.len();
        if is_empty {
            task.changes.remove.push(0);
        } else if state != State::default() {
            let text = json!({ "confirmed": state.confirmed, "stopped": state.is_stopped }).to_string();
            task.changes.put.push((0, text));
        }
        self.is_state_dirty = false;
        task
    }

    /// It is written.
    pub(super) fn finish(&mut self, task: &Task) {
        for key in &task.emptied {
            self.left.remove(key);
        }
        for (key, numbers) in &task.made {
            let left = numbers.iter().copied().filter(|number| self.unwritten.remove(number));
            let left: BTreeSet<u64> = left.collect();
            self.record_of.extend(left.iter().map(|number| (*number, *key)));
            // Meanwhile some were given up.
            if left.len() < numbers.len() {
                self.dirty.insert(*key);
            }
            self.left.insert(*key, left);
        }
    }

    /// It is not written. What was to be removed is removed later.
    pub(super) fn put_back(&mut self, task: &Task) {
        let changed = task.changes.put.iter().map(|(key, _)| *key);
        let is_record = |key: &u64| self.left.contains_key(key);
        self.dirty
            .extend(changed.filter(is_record).chain(task.emptied.iter().copied()));
        self.removed.extend(&task.removed);
    }
}
