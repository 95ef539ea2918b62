//! Knows if an open connection sends at once.

use crate::engine::{Instant, Span};

/// While messages wait a connection is asked again after so long, then after twice as long each time. Nothing else tells that it has proved to be
/// alive.
pub(super) const AGAIN: Span = Span::from_millis(20);

/// The last answer of an open connection that was asked if it sends messages at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sendable {
    /// Not known: it is asked when there are messages.
    Unknown,
    /// It is being asked.
    Asked,
    /// It did not when it was asked. It is asked again then.
    NotBefore(Instant),
}
