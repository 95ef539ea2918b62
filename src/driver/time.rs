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
