//! The store of an outbox's messages: a trait, and the store in memory.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;
use core::future::{Future, ready};
use core::pin::Pin;

/// The outcome of a store's operation.
pub type StoreFuture<T> = Pin<Box<dyn Future<Output = Result<T, StoreError>>>>;

/// The place of a stored message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredIn {
    /// It outlives the page.
    Disk,
    /// It ends with the page.
    Memory,
}

/// The error of a store, for example that there is no room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError(String);

impl StoreError {
    /// An error with a text that says what happened.
    #[must_use]
    pub fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of an outbox: {}", self.0)
    }
}

impl core::error::Error for StoreError {}

/// Changes of one box, in one transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Records, by their keys.
    pub put: Vec<(u64, String)>,
    /// The keys of records that are removed.
    pub remove: Vec<u64>,
}

/// The store of an outbox's messages: records of text, by the name of a box and a key. Nobody reads or writes a box without its lock.
pub trait Store {
    /// Says whether what is stored outlives the page.
    fn stored_in(&self) -> StoredIn;
    /// Writes all of it, or nothing and fails.
    fn write(&self, name: &str, changes: Changes) -> StoreFuture<()>;
    /// Returns the records of a box, by key.
    fn read(&self, name: &str) -> StoreFuture<Vec<(u64, String)>>;
    /// Removes all boxes whose names begin so, whoever holds their locks.
    fn erase(&self, prefix: &str) -> StoreFuture<()>;
    /// Returns the names of boxes that begin so, with something in them.
    fn boxes(&self, prefix: &str) -> StoreFuture<Vec<String>>;
    /// Takes the lock of a box. Returns false if another one has it. It is free when its page is gone, however it went.
    fn lock(&self, name: &str) -> StoreFuture<bool>;
    /// Frees the lock of a box.
    fn unlock(&self, name: &str);
}

/// A store in memory. Its clones are the same store.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Rc<RefCell<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    records: BTreeMap<(String, u64), String>,
    locks: BTreeSet<String>,
}

impl MemoryStore {
    /// Makes an empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

fn at_once<T: 'static>(value: T) -> StoreFuture<T> {
    Box::pin(ready(Ok(value)))
}

impl Store for MemoryStore {
    fn stored_in(&self) -> StoredIn {
        StoredIn::Memory
    }

    fn write(&self, name: &str, changes: Changes) -> StoreFuture<()> {
        let mut memory = self.0.borrow_mut();
        for key in changes.remove {
            memory.records.remove(&(name.into(), key));
        }
        for (key, text) in changes.put {
            memory.records.insert((name.into(), key), text);
        }
        at_once(())
    }

    fn read(&self, name: &str) -> StoreFuture<Vec<(u64, String)>> {
        let memory = self.0.borrow();
        let of_box = memory.records.range((name.into(), 0)..=(name.into(), u64::MAX));
        at_once(of_box.map(|((_, key), text)| (*key, text.clone())).collect())
    }

    fn erase(&self, prefix: &str) -> StoreFuture<()> {
        let mut memory = self.0.borrow_mut();
        memory.records.retain(|(name, _), _| !name.starts_with(prefix));
        at_once(())
    }

    fn boxes(&self, prefix: &str) -> StoreFuture<Vec<String>> {
        let memory = self.0.borrow();
        let names = memory.records.keys().map(|(name, _)| name);
        let found: BTreeSet<String> = names.filter(|name| name.starts_with(prefix)).cloned().collect();
        at_once(found.into_iter().collect())
    }

    fn lock(&self, name: &str) -> StoreFuture<bool> {
        at_once(self.0.borrow_mut().locks.insert(name.into()))
    }

    fn unlock(&self, name: &str) {
        self.0.borrow_mut().locks.remove(name);
    }
}
