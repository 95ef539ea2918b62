//! A container ordered by key, from which any item can be removed. Adding is nearly always a push at the end, O(1). Finding is a binary
//! search, O(log n). A removed item leaves a gap until half the list is gaps, so removing is O(log n), amortized.

use alloc::vec::Vec;

/// A list shorter than this keeps its memory.
const SMALL: usize = 32;

#[derive(Debug)]
pub(super) struct Ordered<T> {
    slots: Vec<(u64, Option<T>)>,
    gaps: usize,
    /// All slots before this one are gaps.
    head: usize,
}

impl<T> Ordered<T> {
    pub(super) const fn new() -> Self {
        Self {
            slots: Vec::new(),
            gaps: 0,
            head: 0,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.slots.len().saturating_sub(self.gaps)
    }

    /// Adds an item, and replaces one that has the same key.
    pub(super) fn insert(&mut self, key: u64, item: T) {
        let mut place = self.slots.len();
        while let Some(before) = place.checked_sub(1)
            && self.slots.get(before).is_some_and(|slot| slot.0 >= key)
        {
            place = before;
        }
        self.head = self.head.min(place);
        match self.slots.get_mut(place).filter(|slot| slot.0 == key) {
            Some(slot) => {
                let before = slot.1.replace(item);
                self.gaps = self.gaps.saturating_sub(usize::from(before.is_none()));
            }
            None => self.slots.insert(place, (key, Some(item))),
        }
    }

    fn find(&self, key: u64) -> Option<usize> {
        self.slots.binary_search_by_key(&key, |slot| slot.0).ok()
    }

    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut T> {
        let index = self.find(key)?;
        self.slots.get_mut(index)?.1.as_mut()
    }

    pub(super) fn remove(&mut self, key: u64) -> Option<T> {
        let index = self.find(key)?;
        self.take(index)
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
        self.gaps += 1;
        if self.gaps > self.slots.len() / 2 {
            self.slots.retain(|slot| slot.1.is_some());
            give_back(&mut self.slots);
            (self.gaps, self.head) = (0, 0);
        }
        Some(item)
    }

    /// The items whose keys are greater than `key`, in order.
    pub(super) fn after(&self, key: u64) -> impl Iterator<Item = (u64, &T)> {
        let start = self.slots.partition_point(|slot| slot.0 <= key);
        let rest = self.slots.get(start..).unwrap_or_default();
        rest.iter().filter_map(|(key, item)| Some((*key, item.as_ref()?)))
    }
}

/// Frees the memory of an empty list, if it is much. Shrinking it sooner would take more code than the whole container.
pub(super) fn give_back<T>(list: &mut Vec<T>) {
    if list.is_empty() && list.capacity() > SMALL {
        *list = Vec::new();
    }
}
