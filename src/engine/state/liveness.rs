//! The state of the heartbeat: the last signs of life of the current connection, and the ping in flight (Karn's algorithm).

use super::super::instant::Instant;

/// Evidence that the current connection is alive.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is independent of the others.
pub(crate) struct Liveness {
    /// When the peer last proved to be alive: by a pong, or by any message unless the heartbeat matches pongs.
    pub(crate) last_proof: Instant,
    /// When the last message was received, if message times are recorded.
    pub(crate) last_activity: Instant,
    /// The ping in flight.
    pub(crate) ping: Option<PendingPing>,
    /// `bufferedAmount` when it was last read, in bytes.
    pub(crate) buffered: u64,
    /// True while `bufferedAmount` is read once more, before the connection is declared stalled.
    pub(crate) final_check: bool,
    /// True while a ping is requested and not yet reported as sent.
    pub(crate) ping_requested: bool,
    /// True if the last ping was requested after a late tick.
    pub(crate) after_late_tick: bool,
    /// True while messages wait in the queue for proof of life; see `machine/doubt.rs`.
    pub(crate) in_doubt: bool,
}

/// A ping in flight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PendingPing {
    pub(crate) sent_at: Instant,
    /// True if no earlier ping was in flight, so the answer is to this one. Unless the heartbeat matches pongs, any message counts as
    /// the answer. Other round trips are not measured
    /// (Karn's algorithm, [RFC 6298, section 3](https://www.rfc-editor.org/rfc/rfc6298#section-3)).
    pub(crate) unambiguous: bool,
}

impl Liveness {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            last_proof: now,
            last_activity: now,
            ping: None,
            buffered: 0,
            final_check: false,
            ping_requested: false,
            after_late_tick: false,
            in_doubt: false,
        }
    }
}
