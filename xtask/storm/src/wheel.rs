//! What is to come, by the millisecond: a ring of lists, since a heap of millions misses the cache at every step.

use crate::client::Millis;

/// What lies further ahead comes early, by the end of the ring; whoever it is for looks at the clock.
const RING: usize = 1 << 16;

/// Things to come.
#[derive(Debug)]
pub(crate) struct Wheel<T> {
    now: Millis,
    slots: Vec<Vec<T>>,
    waiting: usize,
}

impl<T> Wheel<T> {
    pub(crate) fn new() -> Self {
        Self {
            now: 0,
            slots: (0..RING).map(|_| Vec::new()).collect(),
            waiting: 0,
        }
    }

    /// Adds one, for the next millisecond at the earliest. Returns when it will come.
    #[allow(clippy::cast_possible_truncation)] // Of a remainder.
    pub(crate) fn add(&mut self, at: Millis, thing: T) -> Millis {
        let at = at.clamp(self.now + 1, self.now + RING as Millis - 1);
        self.slots[(at % RING as Millis) as usize].push(thing);
        self.waiting += 1;
        at
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// Goes on to the next millisecond, and takes all that is due in it.
    #[allow(clippy::cast_possible_truncation)] // Of a remainder.
    pub(crate) fn next(&mut self) -> (Millis, Vec<T>) {
        self.now += 1;
        let due = core::mem::take(&mut self.slots[(self.now % RING as Millis) as usize]);
        self.waiting -= due.len();
        (self.now, due)
    }
}
