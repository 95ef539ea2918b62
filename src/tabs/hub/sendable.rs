//! Knows if an open connection sends at once.

use crate::engine::Instant;

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
