//! Counters of connections, attempts, messages, pings and replies since construction.

/// Counters over the life of an [`Engine`](super::Engine); they only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Connections that opened.
    pub connections: u32,
    /// Attempts, successful or not.
    pub attempts: u32,
    /// Messages sent, without pings.
    pub sent: u64,
    /// Messages received, including pongs.
    pub received: u64,
    /// Pings sent.
    pub pings: u64,
    /// Pongs.
    pub pongs: u64,
    /// Messages reported as unsent.
    pub unsent: u64,
    /// Replies that were dropped because they came late or repeatedly.
    pub late_replies: u64,
    /// Connections declared dead by the heartbeat, the idle timeout or the stall timeout.
    pub dead_connections: u32,
}
