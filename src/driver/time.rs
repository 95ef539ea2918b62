//! Times as JavaScript has them, and as the engine has them.

use crate::engine::Span;

/// Milliseconds as JavaScript has them.
#[must_use]
pub fn millis(span: Span) -> f64 {
    span.as_millis_f64()
}

/// Milliseconds from JavaScript; nonsense saturates to nothing or for ever.
#[must_use]
pub fn span(millis: f64) -> Span {
    Span::from_millis_f64(millis)
}

/// Returns the delay that a server asked for in milliseconds; `None` for anything but a finite number from 0. JSON's 1e999 is Infinity.
#[must_use]
pub fn requested_delay(millis: f64) -> Option<Span> {
    (0.0..=f64::MAX).contains(&millis).then(|| span(millis))
}
