//! The one timer (alarm) of a socket: when it is set, and when a set one is left alone. It is moved only if something is due earlier, so
//! a message that defers a deadline costs no timer call.

use core::cell::Cell;

use super::platform::Platform;
use super::time::millis;
use crate::engine::Instant;

/// Returns whole milliseconds as `setTimeout` takes them: it casts to `i32`, and a longer wait would fire at once. They are rounded
/// up; a rounding error below 0.001 ms is ignored.
#[allow(clippy::cast_possible_truncation)] // Saturates.
const fn whole(millis: f64) -> i32 {
    (millis + 0.999) as i32
}

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

    /// Records that the timer has fired.
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
            let wait = whole(millis(next.saturating_since(now())));
            // Before the timer is set: it may fire within that call.
            self.fires_at.set(Some(next));
            if !platform.set_timer(wait) {
                self.fires_at.set(None);
            }
        }
    }

    /// Clears the timer, if it is set.
    pub(super) fn disarm(&self, platform: &impl Platform) {
        if self.fires_at.take().is_some() {
            platform.clear_timer();
        }
    }
}
