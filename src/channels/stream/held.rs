//! Messages that wait in order, up to a limit.

use alloc::collections::VecDeque;

use crate::channels::position::Position;

/// A message that waits.
#[derive(Debug)]
pub(super) struct Item<P, E> {
    pub(super) position: Option<Position<E>>,
    pub(super) payload: P,
    /// True if it is one of before.
    pub(super) replayed: bool,
}

#[derive(Debug)]
pub(super) struct Held<P, E> {
    items: VecDeque<Item<P, E>>,
    limit: usize,
    /// The last message that was dropped, as there were too many.
    dropped: Option<Item<(), E>>,
}

impl<P, E> Held<P, E> {
    pub(super) const fn new(limit: usize) -> Self {
        Self {
            items: VecDeque::new(),
            limit,
            dropped: None,
        }
    }

    /// Adds a message. Returns false if there are more than the limit now.
    pub(super) fn push(&mut self, item: Item<P, E>) -> bool {
        self.items.push_back(item);
        self.items.len() <= self.limit
    }

    /// Puts a message before all others.
    pub(super) fn put_first(&mut self, item: Item<P, E>) {
        self.items.push_front(item);
    }

    /// Takes the first message; the first one of before, unless `live` ones may be taken.
    pub(super) fn pop(&mut self, live: bool) -> Option<Item<P, E>> {
        if live {
            return self.items.pop_front();
        }
        let place = self.items.iter().position(|item| item.replayed)?;
        self.items.remove(place)
    }

    /// Returns the position of the first message.
    pub(super) fn first(&self) -> Option<&Position<E>> {
        self.items.front()?.position.as_ref()
    }

    /// Drops the first message, and remembers that.
    pub(super) fn drop_first(&mut self) {
        if let Some(Item { position, replayed, .. }) = self.items.pop_front() {
            self.dropped = Some(Item {
                position,
                payload: (),
                replayed,
            });
        }
    }

    /// Returns the last message that was dropped since this was asked.
    pub(super) const fn take_dropped(&mut self) -> Option<Item<(), E>> {
        self.dropped.take()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.dropped = None;
    }
}
