//! The one alarm. It is only moved when something is due earlier: a message that puts a deadline off costs no timer call.

use core::cell::Cell;

use super::timeout::Timeout;
use crate::engine::{Instant, Span};

/// The longest that `setTimeout` takes; it casts to `i32`, and a longer wait would fire at once.
const LONGEST: i32 = i32::MAX;

/// An alarm that rings once each time it is set.
pub(super) struct Alarm<T> {
    timeout: T,
    rings_at: Cell<Option<Instant>>,
}

impl<T: Timeout> Alarm<T> {
    pub(super) fn new(ring: impl Fn() + 'static) -> Self {
        Self {
            timeout: T::new(ring),
            rings_at: Cell::new(None),
        }
    }

    /// It has rung.
    pub(super) fn rang(&self) {
        self.rings_at.set(None);
    }

    /// When it rings.
    pub(super) fn rings_at(&self) -> Option<Instant> {
        self.rings_at.get()
    }

    /// Arms the alarm to fire at `next` at the latest. `None` disarms it.
    pub(super) fn arm(&self, now: impl Fn() -> Instant, next: Option<Instant>) {
        if self.rings_at().is_some_and(|at| next.is_some_and(|next| at <= next)) {
            return;
        }
        self.disarm();
        let next = next.filter(|&next| next != Instant::NEVER);
        if let Some(next) = next {
            let wait = next
                .saturating_since(now())
                .saturating_add(Span::from_micros(999))
                .as_millis();
            self.timeout.set(i32::try_from(wait).unwrap_or(LONGEST));
            self.rings_at.set(Some(next));
        }
    }

    pub(super) fn disarm(&self) {
        if self.rings_at.take().is_some() {
            self.timeout.clear();
        }
    }
}
