//! Times as JavaScript has them, and as the engine has them.

use crate::engine::Span;

/// Milliseconds as JavaScript has them.
#[allow(clippy::cast_precision_loss)] // Exact for 285 years.
#[must_use]
pub fn millis(span: Span) -> f64 {
    span.as_micros() as f64 / 1000.0
}

/// Milliseconds from JavaScript; nonsense saturates to nothing or for ever.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates, and NaN is zero.
#[must_use]
pub fn span(millis: f64) -> Span {
    Span::from_micros((millis * 1000.0) as u64)
}

/// Returns the delay that a server asked for in milliseconds; `None` for anything but a finite number from 0. JSON's 1e999 is Infinity.
#[must_use]
pub fn requested_delay(millis: f64) -> Option<Span> {
    (0.0..=f64::MAX).contains(&millis).then(|| span(millis))
}
