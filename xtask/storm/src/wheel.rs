//! A timer wheel with a slot per millisecond. A binary heap of millions would miss the cache at every step.

use crate::input::Millis;

/// The number of slots. Entries further ahead go round once more.
const RING: usize = 1 << 16;

/// The clients' next attempts.
#[derive(Debug)]
pub(crate) struct Wheel {
    now: Millis,
    slots: Vec<Vec<Entry>>,
    /// Kept to reuse its allocation.
    due: Vec<Entry>,
    waiting: usize,
}

/// Eight bytes, because there are millions of them. Milliseconds since the beginning fit in four.
#[derive(Debug, Clone, Copy)]
struct Entry {
    client: u32,
    at: u32,
}

impl Wheel {
    pub(crate) fn new() -> Self {
        Self {
            now: 0,
            slots: (0..RING).map(|_| Vec::new()).collect(),
            due: Vec::new(),
            waiting: 0,
        }
    }

    /// Adds an attempt, in the next millisecond at the earliest.
    pub(crate) fn add(&mut self, at: Millis, client: u32) {
        let at = at.max(self.now + 1);
        // `u32` ends after a month and a half, long after the simulation.
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        self.slots[at as usize % RING].push(Entry { client, at });
        self.waiting += 1;
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// Advances to the next millisecond. Calls `each` with the clients that are due, in the order of adding, and adds the attempts it
    /// returns.
    pub(crate) fn turn(&mut self, mut each: impl FnMut(u32, Millis) -> Option<Millis>) -> Millis {
        self.now += 1;
        let slot = usize::try_from(self.now).unwrap_or(0) % RING;
        let mut due = core::mem::replace(&mut self.slots[slot], core::mem::take(&mut self.due));
        for entry in due.drain(..) {
            self.waiting -= 1;
            let next = if Millis::from(entry.at) > self.now {
                Some(entry.at.into())
            } else {
                each(entry.client, self.now)
            };
            if let Some(next) = next {
                self.add(next, entry.client);
            }
        }
        self.due = due;
        self.now
    }
}
