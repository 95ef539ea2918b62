//! Futures of the page, polled between events.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::task::Wake;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::Pin;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::{Context, Waker};

type Pending = Pin<Box<dyn Future<Output = ()>>>;

/// True while a future is to be polled.
pub(super) struct Woken(AtomicBool);

impl Woken {
    pub(super) const fn new() -> Self {
        Self(AtomicBool::new(true))
    }

    /// True if it was woken since this was last called.
    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The futures of a page.
#[derive(Default)]
pub(super) struct Executor {
    /// `None` while it is polled, and when it is done.
    tasks: RefCell<Vec<(Arc<Woken>, Option<Pending>)>>,
    running: Cell<bool>,
}

/// So many rounds of polls between two events: futures that wake each other must not hold the world up.
const ROUNDS: u32 = 1_000;

impl Executor {
    pub(super) fn spawn(&self, future: Pending) {
        let woken = Arc::new(Woken::new());
        self.tasks.borrow_mut().push((woken, Some(future)));
    }

    pub(super) fn clear(&self) {
        let tasks = core::mem::take(&mut *self.tasks.borrow_mut());
        drop(tasks);
    }

    /// Returns the number of futures that are not done.
    pub(super) fn len(&self) -> usize {
        let tasks = self.tasks.borrow();
        tasks.iter().filter(|(_, future)| future.is_some()).count()
    }

    /// Polls what was woken, until nothing is. Nothing is borrowed meanwhile: a future may spawn another.
    pub(super) fn run(&self) {
        if self.running.replace(true) {
            return;
        }
        for _ in 0..ROUNDS {
            let mut polled = false;
            let mut index = 0;
            while let Some((woken, future)) = self.take(index) {
                if let Some(mut future) = future {
                    polled = true;
                    let waker = Waker::from(Arc::clone(&woken));
                    if future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                        self.put_back(&woken, future);
                    }
                }
                index += 1;
            }
            if !polled {
                break;
            }
        }
        self.tasks.borrow_mut().retain(|(_, future)| future.is_some());
        self.running.set(false);
    }

    /// Takes the future at `index`, if it was woken. `None` past the last.
    fn take(&self, index: usize) -> Option<(Arc<Woken>, Option<Pending>)> {
        let mut tasks = self.tasks.borrow_mut();
        let (woken, future) = tasks.get_mut(index)?;
        let due = woken.take();
        let future = if due { future.take() } else { None };
        Some((Arc::clone(woken), future))
    }

    fn put_back(&self, woken: &Arc<Woken>, future: Pending) {
        let mut tasks = self.tasks.borrow_mut();
        if let Some(task) = tasks.iter_mut().find(|(other, _)| Arc::ptr_eq(other, woken)) {
            task.1 = Some(future);
        }
    }
}
