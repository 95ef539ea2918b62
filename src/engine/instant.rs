//! Points in time and the spans between them, in milliseconds.
//!
//! They are numbers as JavaScript has them, so nothing is converted on the way. A number is never negative and never NaN; infinity
//! means never. Sums can't overflow, so no clock, however odd, can make them panic.

use core::cmp::Ordering;

/// A number of milliseconds: 0 for what is negative or NaN.
const fn milliseconds(millis: f64) -> f64 {
    if millis > 0.0 { millis } else { 0.0 }
}

/// Compares numbers that aren't NaN.
fn compare<T: PartialOrd>(a: &T, b: &T) -> Ordering {
    a.partial_cmp(b).unwrap_or(Ordering::Equal)
}

/// A point on the caller's clock: milliseconds since an origin of the caller's choice. It should never run backwards.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
#[allow(clippy::derive_ord_xor_partial_ord)] // Both agree, as it is never NaN.
pub struct Instant(f64);

impl Eq for Instant {}

impl Ord for Instant {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(self, other)
    }

    fn max(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    fn min(self, other: Self) -> Self {
        if other < self { other } else { self }
    }
}

impl Instant {
    /// The clock's origin.
    pub const ORIGIN: Self = Self(0.0);
    /// A point that never comes; a deadline there is no deadline.
    pub const NEVER: Self = Self(f64::INFINITY);

    /// The point `millis` milliseconds after the origin.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(Span::from_millis(millis).0)
    }

    /// The point `millis` milliseconds after the origin, or the origin if that is negative or NaN.
    #[must_use]
    pub const fn from_millis_f64(millis: f64) -> Self {
        Self(milliseconds(millis))
    }

    /// Milliseconds since the origin.
    #[must_use]
    pub const fn as_millis_f64(self) -> f64 {
        self.0
    }

    /// Returns the point `span` later, [`Instant::NEVER`] at most.
    #[must_use]
    pub const fn saturating_add(self, span: Span) -> Self {
        Self(self.0 + span.0)
    }

    /// Returns the time since `earlier`, zero if that is later.
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Span {
        // Nothing has passed from never to never.
        Span(if self.0 > earlier.0 { self.0 - earlier.0 } else { 0.0 })
    }
}

/// A length of time, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
#[allow(clippy::derive_ord_xor_partial_ord)] // Both agree, as it is never NaN.
pub struct Span(f64);

impl Eq for Span {}

impl Ord for Span {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(self, other)
    }

    fn max(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    fn min(self, other: Self) -> Self {
        if other < self { other } else { self }
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0.0);
    /// Longer than anything: a deadline that far away never comes.
    pub const FOREVER: Self = Self(f64::INFINITY);

    /// A span of `millis` milliseconds.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // Exact for 285,000 years.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis as f64)
    }

    /// A span of `millis` milliseconds, or none if that is negative or NaN.
    #[must_use]
    pub const fn from_millis_f64(millis: f64) -> Self {
        Self(milliseconds(millis))
    }

    /// The span in milliseconds.
    #[must_use]
    pub const fn as_millis_f64(self) -> f64 {
        self.0
    }

    /// The span in whole milliseconds, rounded down.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Saturates; it is not negative.
    pub const fn as_millis(self) -> u64 {
        self.0 as u64
    }

    /// The sum of both spans, [`Span::FOREVER`] at most.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// The span multiplied by `factor`, [`Span::FOREVER`] at most.
    pub(super) const fn saturating_mul(self, factor: f64) -> Self {
        Self::from_millis_f64(self.0 * factor)
    }

    /// Half the span.
    #[must_use]
    pub const fn half(self) -> Self {
        Self(self.0 / 2.0)
    }
}

impl From<core::time::Duration> for Span {
    fn from(duration: core::time::Duration) -> Self {
        Self(duration.as_secs_f64() * 1_000.0)
    }
}

impl From<Span> for core::time::Duration {
    /// [`Duration::MAX`](core::time::Duration::MAX) for what is longer.
    fn from(span: Span) -> Self {
        Self::try_from_secs_f64(span.0 / 1_000.0).unwrap_or(Self::MAX)
    }
}
