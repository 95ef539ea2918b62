//! Servers: where they are, how they answer handshakes, and what they received.

use alloc::vec::Vec;

use super::ids::SocketId;
use super::payload::Payload;
use super::time::Instant;
use super::url::Address;

/// How a server answers handshakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Answer {
    /// It leaves the answer to its owner: [`Step::Request`](super::Step::Request).
    #[default]
    Accept,
    /// It answers with an HTTP status.
    Refuse(u16),
    /// It never answers.
    Hang,
}

/// One server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) address: Address,
    pub(super) answer: Answer,
    /// Until then nothing listens at its port.
    pub(super) down_until: Instant,
    pub(super) received: Vec<(SocketId, Payload)>,
}
