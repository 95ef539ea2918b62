//! The one alarm.
//!
//! It keeps one closure for life and is only moved when something is due earlier: a message that puts a deadline off
//! costs no timer call. That is why it binds `setTimeout` itself; gloo-timers makes a closure for each arming.

use core::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::time::millis;
use crate::engine::{Instant, Span};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Closure<dyn Fn()>, millis: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// The longest that `setTimeout` takes; it casts to `i32`, and a longer wait would fire at once.
const LONGEST: f64 = 2_147_483_647.0;

/// An alarm that rings once each time it is set.
pub(super) struct Alarm {
    /// When it rings, and its id.
    armed: RefCell<Option<(Instant, JsValue)>>,
    ring: Closure<dyn Fn()>,
}

impl Alarm {
    pub(super) fn new(ring: impl Fn() + 'static) -> Self {
        Self {
            armed: RefCell::new(None),
            ring: Closure::new(ring),
        }
    }

    /// It has rung.
    pub(super) fn rang(&self) {
        self.armed.replace(None);
    }

    /// When it rings.
    pub(super) fn rings_at(&self) -> Option<Instant> {
        self.armed.borrow().as_ref().map(|&(at, _)| at)
    }

    /// Sees to it that it rings no later than `next`; never, if there is nothing due.
    pub(super) fn arm(&self, now: impl Fn() -> Instant, next: Option<Instant>) {
        if self.rings_at().is_some_and(|at| next.is_some_and(|next| at <= next)) {
            return;
        }
        self.disarm();
        let next = next.filter(|&next| next != Instant::NEVER);
        if let Some(next) = next {
            let wait = next.since(now()).plus(Span::from_micros(999)).as_millis();
            let id = set_timeout(&self.ring, millis(Span::from_millis(wait)).min(LONGEST));
            self.armed.replace(Some((next, id)));
        }
    }

    pub(super) fn disarm(&self) {
        if let Some((_, id)) = self.armed.take() {
            clear_timeout(&id);
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.disarm();
    }
}
