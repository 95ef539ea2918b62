//! The messages and requests that a tab keeps after it has sent them.

use crate::engine::Instant;

use super::super::ids::RequestNumber;

/// A message that no hub has begun to hand over.
#[derive(Debug)]
pub(crate) struct Unsent<P> {
    /// Its number in the term.
    pub(super) number: u64,
    pub(super) payload: P,
    pub(super) bytes: u64,
    pub(super) request: Option<RequestNumber>,
}

/// A request that is not settled.
#[derive(Debug)]
pub(crate) struct Pending<P> {
    pub(super) number: RequestNumber,
    /// Its number in the application's protocol.
    pub(super) wire: u64,
    pub(super) deadline: Instant,
    /// The message, if it may be sent again.
    pub(super) again: Option<(P, u64)>,
    /// True once a hub has begun to hand it over.
    pub(super) handed: bool,
}
