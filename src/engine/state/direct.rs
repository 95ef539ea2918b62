//! The permission to send messages without calling the engine.

use super::super::ids::ConnectionId;
use super::super::instant::Instant;

/// The permission that was reported last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Direct {
    pub(crate) connection: ConnectionId,
    pub(crate) until: Instant,
}
