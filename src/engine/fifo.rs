//! First in, first out. A list with a head that moves: what a queue needs that is filled, drained and filled again, in a
//! fraction of the code that `VecDeque`'s ring takes for each type it holds.

use alloc::vec::Vec;

#[derive(Debug)]
pub(super) struct Fifo<T> {
    items: Vec<Option<T>>,
    head: usize,
}

impl<T> Fifo<T> {
    pub(super) const fn new() -> Self {
        Self {
            items: Vec::new(),
            head: 0,
        }
    }

    pub(super) fn push(&mut self, item: T) {
        self.items.push(Some(item));
    }

    /// Takes the first. The memory of those taken is given back once there is none left.
    pub(super) fn pop(&mut self) -> Option<T> {
        while let Some(slot) = self.items.get_mut(self.head) {
            self.head += 1;
            if let Some(item) = slot.take() {
                return Some(item);
            }
        }
        self.items.clear();
        self.head = 0;
        None
    }

    /// Takes out the first that `choose` picks, wherever it stands.
    pub(super) fn remove(&mut self, choose: impl Fn(&T) -> bool) -> Option<T> {
        let slot = self.items.iter_mut().find(|slot| slot.as_ref().is_some_and(&choose));
        slot?.take()
    }

    /// Whether all have been taken from the front; one that was [removed](Fifo::remove) from behind others counts until its turn.
    pub(super) fn is_drained(&self) -> bool {
        self.head >= self.items.len()
    }
}
