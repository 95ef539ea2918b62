//! Times as JavaScript has them: milliseconds, with a fraction.

use core::time::Duration;

use holdfast_ws::testing::machine::{Instant, Span};

/// A time is at most this many milliseconds: a thousand years.
const MOST: f64 = 3.2e13;

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It is in range.
fn micros(millis: f64) -> u64 {
    (millis.clamp(0.0, MOST) * 1_000.0).round() as u64
}

pub(crate) fn span(millis: f64) -> Span {
    Span::from_micros(micros(millis))
}

pub(crate) fn instant(millis: f64) -> Instant {
    Instant::from_micros(micros(millis))
}

#[allow(clippy::cast_precision_loss)] // Less than 2^53.
pub(crate) fn millis(at: Instant) -> f64 {
    at.as_micros() as f64 / 1_000.0
}

#[allow(clippy::cast_precision_loss)]
pub(crate) fn of_entry(at: Duration) -> f64 {
    at.as_micros() as f64 / 1_000.0
}
