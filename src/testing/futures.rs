//! Futures in a world: spawned, awaited, and delayed.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use core::cell::{Cell, RefCell};
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;

use super::executor::Woken;
use super::world::{Elapsed, World};

impl World {
    /// Runs a future in the page. It is polled first when time next passes ([`advance`](Self::advance), [`settle`](Self::settle)), and
    /// then between events, if it was woken.
    pub fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        self.0.executor.spawn(Box::pin(future));
    }

    /// Lets time pass until a future of the test's is done, and returns its output.
    ///
    /// # Errors
    /// It isn't done within the time given.
    pub fn run<T>(&self, future: impl Future<Output = T>, within: Duration) -> Result<T, Elapsed> {
        let mut future = pin!(future);
        let woken = Arc::new(Woken::new());
        let waker = Waker::from(Arc::clone(&woken));
        let mut output = None;
        let done = || {
            if output.is_none() && woken.take() {
                let entered = self.enter();
                if let Poll::Ready(ready) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    output = Some(ready);
                }
                drop(entered);
            }
            output.is_some()
        };
        let in_time = self.until(done, within);
        output.map_or_else(|| Err(in_time.err().unwrap_or_else(|| self.elapsed(within))), Ok)
    }

    /// Waits for so long, as a timer of the page does.
    pub fn delay(&self, time: Duration) -> impl Future<Output = ()> + use<> {
        let fired = Rc::new(Cell::new(false));
        let waker = Rc::new(RefCell::new(None::<Waker>));
        let (set, wake) = (Rc::clone(&fired), Rc::clone(&waker));
        self.set_timeout(time, move || {
            set.set(true);
            let waker = wake.take();
            if let Some(waker) = waker {
                waker.wake();
            }
        });
        poll_fn(move |cx| {
            if fired.get() {
                return Poll::Ready(());
            }
            let old = waker.replace(Some(cx.waker().clone()));
            drop(old);
            Poll::Pending
        })
    }
}
