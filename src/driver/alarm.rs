//! The one alarm. It is only moved when something is due earlier: a message that puts a deadline off costs no timer call.

use core::cell::Cell;

use super::platform::Platform;
use crate::engine::{Instant, Span};

/// The longest that `setTimeout` takes; it casts to `i32`, and a longer wait would fire at once.
const LONGEST: i32 = i32::MAX;

/// An alarm that fires once each time it is set.
pub(super) struct Alarm {
    fires_at: Cell<Option<Instant>>,
}

impl Alarm {
    pub(super) const fn new() -> Self {
        Self {
            fires_at: Cell::new(None),
        }
    }

    /// It has fired.
    pub(super) fn fired(&self) {
        self.fires_at.set(None);
    }

    /// Arms the alarm to fire at `next` at the latest. `None` disarms it.
    pub(super) fn arm(&self, platform: &impl Platform, now: impl Fn() -> Instant, next: Option<Instant>) {
        if self
            .fires_at
            .get()
            .is_some_and(|at| next.is_some_and(|next| at <= next))
        {
            return;
        }
        self.disarm(platform);
        let next = next.filter(|&next| next != Instant::NEVER);
        if let Some(next) = next {
            let wait = next
                .saturating_since(now())
                .saturating_add(Span::from_micros(999))
                .as_millis();
            // Before the timer is set: it may fire within that call.
            self.fires_at.set(Some(next));
            if !platform.set_timer(i32::try_from(wait).unwrap_or(LONGEST)) {
                self.fires_at.set(None);
            }
        }
    }

    pub(super) fn disarm(&self, platform: &impl Platform) {
        if self.fires_at.take().is_some() {
            platform.clear_timer();
        }
    }
}
