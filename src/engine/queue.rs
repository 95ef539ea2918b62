//! A container: first in, first out, for outputs and events. The send queue is [`outbox`](super::outbox). It is a list with a head that
//! moves, in a fraction of the code that `VecDeque` takes for each type.

use alloc::vec::Vec;

use super::ordered::give_back;

#[derive(Debug)]
pub(crate) struct Queue<T> {
    items: Vec<Option<T>>,
    head: usize,
}

impl<T> Queue<T> {
    pub(crate) const fn new() -> Self {
        Self {
            items: Vec::new(),
            head: 0,
        }
    }

    pub(crate) fn push(&mut self, item: T) {
        self.items.push(Some(item));
    }

    /// Removes and returns the first item. The memory of removed items is reused once they are more than those that are left.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let item = self.items.get_mut(self.head)?.take();
        self.head += 1;
        if self.head > self.items.len() / 2 {
            self.items.retain(Option::is_some);
            give_back(&mut self.items);
            self.head = 0;
        }
        item
    }

    pub(super) const fn len(&self) -> usize {
        self.items.len().saturating_sub(self.head)
    }

    /// Returns the items in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.get(self.head..).unwrap_or_default().iter().flatten()
    }
}
