//! The timer under the driver's alarm. The Rust client's is gloo-timers'; the npm module, which has no `std`, brings its own.

#[cfg(feature = "client")]
use core::cell::RefCell;

#[cfg(feature = "client")]
use alloc::rc::Rc;

/// A timer that calls one function each time that its time is up.
pub trait Timeout {
    /// A timer that is not set.
    fn new(ring: impl Fn() + 'static) -> Self;
    /// Has the function called once, after so many milliseconds. Nothing else is set.
    fn set(&self, millis: i32);
    /// Takes back what was set.
    fn clear(&self);
}

/// gloo-timers' [`Timeout`](gloo_timers::callback::Timeout), which clears itself when it is dropped.
#[cfg(feature = "client")]
pub struct GlooTimeout {
    ring: Rc<dyn Fn()>,
    pending: RefCell<Option<gloo_timers::callback::Timeout>>,
}

#[cfg(feature = "client")]
impl Timeout for GlooTimeout {
    fn new(ring: impl Fn() + 'static) -> Self {
        Self {
            ring: Rc::new(ring),
            pending: RefCell::new(None),
        }
    }

    fn set(&self, millis: i32) {
        let ring = Rc::clone(&self.ring);
        let timeout = gloo_timers::callback::Timeout::new(millis.unsigned_abs(), move || ring());
        let old = self.pending.replace(Some(timeout));
        drop(old);
    }

    fn clear(&self) {
        let old = self.pending.take();
        drop(old);
    }
}
