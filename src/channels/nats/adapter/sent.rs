//! Publications that were sent.

use alloc::string::String;

use crate::channels::adapter::Payload;
use crate::engine::Instant;

/// A publication that is not acknowledged.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) subject: String,
    pub(super) payload: Payload,
    /// When it is sent again.
    pub(super) again_at: Instant,
    /// How often it was sent again.
    pub(super) times: u32,
    /// When the bus has given it up.
    pub(super) forget_at: Instant,
}
