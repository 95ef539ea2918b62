//! What the caller was told last of messages that go to the connection without calling the engine.

use super::super::ids::ConnectionId;
use super::super::instant::Instant;

/// What the caller was told last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Direct {
    pub(crate) connection: ConnectionId,
    pub(crate) until: Option<Instant>,
}
