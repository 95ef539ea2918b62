//! Containers that are sorted by key: lists with binary search. They are a fraction of the code of the standard library's trees, which
//! each type would add to the wasm file again. Adding at the end, as identifiers are, moves nothing.

use alloc::vec::Vec;
use core::borrow::Borrow;

#[derive(Debug)]
pub(super) struct Map<K, V> {
    items: Vec<(K, V)>,
}

impl<K: Ord, V> Map<K, V> {
    pub(super) const fn new() -> Self {
        Self { items: Vec::new() }
    }

    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.items.binary_search_by(|(each, _)| each.borrow().cmp(key))
    }

    pub(super) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key).ok()?;
        self.items.get(place).map(|(_, value)| value)
    }

    pub(super) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key).ok()?;
        self.items.get_mut(place).map(|(_, value)| value)
    }

    /// Adds a value, or replaces the one that has this key. Returns true if it is a new key.
    pub(super) fn insert(&mut self, key: K, value: V) -> bool {
        match self.place(&key) {
            Ok(place) => {
                if let Some(item) = self.items.get_mut(place) {
                    item.1 = value;
                }
                false
            }
            Err(place) => {
                self.items.insert(place, (key, value));
                true
            }
        }
    }

    pub(super) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|place| self.items.remove(place).1)
    }

    pub(super) const fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn first(&self) -> Option<&K> {
        self.items.first().map(|(key, _)| key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.items.iter().map(|(key, value)| (key, value))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.items.iter_mut().map(|(key, value)| (&*key, value))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &K> {
        self.items.iter().map(|(key, _)| key)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.items.iter().map(|(_, value)| value)
    }

    /// Removes everything, and returns the keys in order.
    pub(super) fn take_keys(&mut self) -> Vec<K> {
        core::mem::take(&mut self.items)
            .into_iter()
            .map(|(key, _)| key)
            .collect()
    }
}

/// Keys alone.
pub(super) type Set<K> = Map<K, ()>;
