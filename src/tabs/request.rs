//! Requests, as the application makes them.

use crate::engine::Span;

/// A request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Its number in the application's protocol, which another tab's request may have too.
    pub wire: u64,
    /// The time after which it fails.
    pub timeout: Span,
    /// True if it may be sent again if a hub is lost.
    pub retry: bool,
    /// True if its reply may have parts.
    pub streams: bool,
    /// How its reply is recognised: a number of the caller's own.
    pub kind: u32,
}
