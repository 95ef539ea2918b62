//! A container ordered by key, from which any item can be removed. Adding is nearly always a push at the end, O(1). Finding is a binary
//! search, O(log n). A removed item leaves a gap until half the list is gaps, so removing is O(log n), amortized.

use alloc::vec::Vec;

/// A list shorter than this keeps its memory.
const SMALL: usize = 32;

#[derive(Debug)]
pub(super) struct Ordered<T> {
    slots: Vec<(u64, Option<T>)>,
    /// The number of items, which are the slots without the gaps.
    len: usize,
    /// All slots before this one are gaps.
    head: usize,
}

impl<T> Ordered<T> {
    pub(super) const fn new() -> Self {
        Self {
            slots: Vec::new(),
            len: 0,
            head: 0,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Returns the index of the first slot whose key is not less than `key`.
    fn place(&self, key: u64) -> usize {
        self.slots.partition_point(|slot| slot.0 < key)
    }

    /// Adds an item, and replaces one that has the same key.
    pub(super) fn insert(&mut self, key: u64, item: T) {
        let place = self.place(key);
        self.head = self.head.min(place);
        match self.slots.get_mut(place) {
            Some(slot) if slot.0 == key => self.len += usize::from(slot.1.replace(item).is_none()),
            _ => {
                self.slots.insert(place, (key, Some(item)));
                self.len += 1;
            }
        }
    }

    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut T> {
        let place = self.place(key);
        let slot = self.slots.get_mut(place).filter(|slot| slot.0 == key)?;
        slot.1.as_mut()
    }

    pub(super) fn remove(&mut self, key: u64) -> Option<T> {
        let place = self.place(key);
        self.slots.get(place).filter(|slot| slot.0 == key)?;
        self.take(place)
    }

    /// Removes and returns the first item.
    pub(super) fn pop(&mut self) -> Option<T> {
        while self.slots.get(self.head)?.1.is_none() {
            self.head += 1;
        }
        self.take(self.head)
    }

    fn take(&mut self, index: usize) -> Option<T> {
        let item = self.slots.get_mut(index)?.1.take()?;
        self.len -= 1;
        if self.len * 2 < self.slots.len() {
            self.slots.retain(|slot| slot.1.is_some());
            give_back(&mut self.slots);
            self.head = 0;
        }
        Some(item)
    }

    /// The items whose keys are not less than `key`, in order.
    pub(super) fn from(&self, key: u64) -> impl Iterator<Item = (u64, &T)> {
        let rest = self.slots.get(self.place(key)..).unwrap_or_default();
        rest.iter().filter_map(|(key, item)| Some((*key, item.as_ref()?)))
    }
}

/// Frees the memory of an empty list, if it is much. Shrinking it sooner would take more code than the whole container.
pub(super) fn give_back<T>(list: &mut Vec<T>) {
    if list.is_empty() && list.capacity() > SMALL {
        *list = Vec::new();
    }
}
