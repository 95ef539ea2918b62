//! The clock, and how it notices that the machine slept.
//!
//! It is `performance.now()`, which never runs backwards. On Linux and macOS Chromium's stands still while the machine
//! sleeps (<https://crbug.com/1206450>), and so do its timers. `Date.now()` jumps ahead then, as it does when the user sets the
//! clock. So a jump isn't counted as elapsed time; it only causes a [probe](crate::engine::Signal::Jump).

use core::cell::Cell;

use super::platform::Platform;
use super::time::{millis, span};
use crate::engine::Instant;

/// If `Date.now()` ran ahead by more milliseconds than this, the machine may have slept. Less is an adjustment of the wall clock.
pub(super) const SLEPT: f64 = 2_000.0;

/// A seed for the engine: jitter needs spread, not secrecy.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `Math.random()` is from 0 to 1.
pub(super) fn seed(platform: &impl Platform) -> u64 {
    (platform.random() * 9_007_199_254_740_992.0) as u64
}

pub(super) struct Clock {
    /// How many milliseconds `Date.now()` was ahead of `performance.now()` when last read.
    ahead: Cell<f64>,
    /// True if `Date.now()` ran ahead since [`Clock::take_jump`].
    jumped: Cell<bool>,
}

impl Clock {
    pub(super) fn new(platform: &impl Platform) -> Self {
        let ahead = Cell::new(platform.wall_time() - platform.now());
        Self {
            ahead,
            jumped: Cell::new(false),
        }
    }

    pub(super) fn now(&self, platform: &impl Platform) -> Instant {
        let awake = platform.now();
        let ahead = platform.wall_time() - awake;
        if ahead - self.ahead.replace(ahead) > SLEPT {
            self.jumped.set(true);
        }
        Instant::ORIGIN.saturating_add(span(awake))
    }

    /// True if `Date.now()` ran ahead since the last call.
    pub(super) const fn take_jump(&self) -> bool {
        self.jumped.replace(false)
    }

    /// Returns the time of an event by its [`timeStamp`](https://dom.spec.whatwg.org/#dom-event-timestamp), at most the current time. It
    /// is on the clock of `performance.now()`, and costs a fraction of that call.
    pub(super) fn at(&self, platform: &impl Platform, time_stamp: f64) -> Instant {
        Instant::ORIGIN.saturating_add(span(time_stamp)).min(self.now(platform))
    }

    /// Returns a point on the engine's clock as milliseconds since the Unix epoch.
    pub(super) fn to_epoch(&self, platform: &impl Platform, at: Instant) -> f64 {
        let now = self.now(platform);
        platform.wall_time() + millis(at.saturating_since(now)) - millis(now.saturating_since(at))
    }
}
