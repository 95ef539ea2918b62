//! The tasks that poll, and the wakers that they poll with.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// A small generator: the same seed gives the same sequence.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    pub(crate) fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).expect("small")]
    }
}

/// A waker that counts how often it was woken.
#[derive(Default)]
struct Counter(AtomicU32);

impl Counter {
    fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A task that polls one operation at a time: whether it waits, the waker of its last poll, and those before.
#[derive(Default)]
pub(crate) struct Task {
    last: Arc<Counter>,
    replaced: RefCell<Vec<(Arc<Counter>, u32)>>,
    waits: bool,
}

impl Task {
    /// Polls with the last waker or, as an executor may, with another.
    pub(crate) fn poll<T>(&mut self, random: &mut Random, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        self.check_replaced();
        let mut replaced = self.replaced.take();
        if random.one_in(3) {
            replaced.push((std::mem::take(&mut self.last), 0));
        }
        self.last.0.store(0, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&self.last));
        let polled = poll(&mut Context::from_waker(&waker));
        self.waits = polled.is_pending();
        if self.waits {
            assert_eq!(self.last.count(), 0, "a poll that waits has woken its own task");
            for (counter, before) in &mut replaced {
                *before = counter.count();
            }
            self.replaced = RefCell::new(replaced);
        }
        polled
    }

    /// True if it waits, and nothing has told it to poll again.
    pub(crate) fn is_asleep(&self) -> bool {
        self.check_replaced();
        self.waits && self.last.count() == 0
    }

    pub(crate) fn waits(&self) -> bool {
        self.waits
    }

    /// Asserts that only the waker of the last poll was woken.
    fn check_replaced(&self) {
        for (counter, before) in self.replaced.borrow().iter() {
            assert_eq!(counter.count(), *before, "a replaced waker was woken");
        }
    }
}
