//! The clock and the one alarm.
//!
//! The clock is `performance.now()`, which never runs backwards. On Linux and macOS Chromium's stands still while the machine
//! sleeps (<https://crbug.com/1206450>), and so do its timers. `Date.now()` runs ahead then; but so it does when somebody sets the
//! clock. So that is no time: it only gives reason to [probe](crate::engine::Signal::Jump) the connection.
//!
//! The alarm keeps one closure for life and is only moved when something is due earlier: a message that puts a deadline off
//! costs no timer call. That is why it binds `setTimeout` itself; gloo-timers makes a closure for each arming.

use alloc::rc::Weak;
use core::cell::{Cell, RefCell};

use wasm_bindgen::prelude::*;

use super::{Driver, Heard, millis, span};
use crate::engine::{Instant, Span};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;
    #[wasm_bindgen(js_namespace = Math)]
    fn random() -> f64;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Closure<dyn Fn()>, millis: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// `Date.now()` running ahead by more than this may have been sleep; less is the clock being set right, in small steps.
const SLEPT: f64 = 2_000.0;

/// The longest that `setTimeout` takes; it casts to `i32`, and a longer wait would fire at once.
const LONGEST: f64 = 2_147_483_647.0;

/// A seed for the engine: jitter needs spread, not secrecy.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `Math.random()` is from 0 to 1.
pub(super) fn seed() -> u64 {
    (random() * 9_007_199_254_740_992.0) as u64
}

pub(super) struct Clock {
    /// By how much `Date.now()` was ahead of `performance.now()` when last read.
    ahead: Cell<f64>,
    jumped: Cell<bool>,
    /// When the alarm rings, and its id.
    armed: RefCell<Option<(Instant, JsValue)>>,
    alarm: RefCell<Option<Closure<dyn Fn()>>>,
}

impl Clock {
    pub(super) fn new() -> Self {
        let ahead = Cell::new(date_now() - performance_now());
        Self {
            ahead,
            jumped: Cell::new(false),
            armed: RefCell::new(None),
            alarm: RefCell::new(None),
        }
    }

    pub(super) fn now(&self) -> Instant {
        let awake = performance_now();
        let ahead = date_now() - awake;
        if ahead - self.ahead.replace(ahead) > SLEPT {
            self.jumped.set(true);
        }
        Instant::ORIGIN.after(span(awake))
    }

    /// True once after `Date.now()` was seen to have run ahead.
    pub(super) const fn take_jump(&self) -> bool {
        self.jumped.replace(false)
    }

    /// When an event came, by its [`timeStamp`](https://dom.spec.whatwg.org/#dom-event-timestamp): that is on the clock of
    /// `performance.now()`, and costs a fraction of that call. A time that is yet to come is now.
    pub(super) fn at(&self, time_stamp: f64) -> Instant {
        Instant::ORIGIN.after(span(time_stamp)).min(self.now())
    }

    /// When the alarm rings.
    pub(super) fn rings_at(&self) -> Option<Instant> {
        self.armed.borrow().as_ref().map(|&(at, _)| at)
    }

    pub(super) fn to_epoch(&self, at: Instant) -> f64 {
        let now = self.now();
        date_now() + millis(at.since(now)) - millis(now.since(at))
    }

    pub(super) fn on_alarm<H: Heard + 'static>(&self, driver: &Weak<Driver<H>>) {
        let driver = driver.clone();
        let ring = move || {
            if let Some(driver) = driver.upgrade() {
                driver.clock.armed.replace(None);
                driver.wake_up();
            }
        };
        self.alarm.replace(Some(Closure::new(ring)));
    }

    /// Sees to it that the alarm rings no later than `next`; never, if there is nothing due.
    pub(super) fn arm(&self, next: Option<Instant>) {
        if self.rings_at().is_some_and(|at| next.is_some_and(|next| at <= next)) {
            return;
        }
        if let Some((_, id)) = self.armed.take() {
            clear_timeout(&id);
        }
        let next = next.filter(|&next| next != Instant::NEVER);
        if let (Some(next), Some(alarm)) = (next, &*self.alarm.borrow()) {
            let wait = next.since(self.now()).plus(Span::from_micros(999)).as_millis();
            let id = set_timeout(alarm, millis(Span::from_millis(wait)).min(LONGEST));
            self.armed.replace(Some((next, id)));
        }
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.arm(None);
    }
}
