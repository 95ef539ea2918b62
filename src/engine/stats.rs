//! What has been counted since construction.

/// Counters over the life of an [`Engine`](super::Engine); they only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Connections that opened.
    pub connections: u32,
    /// Attempts made, whatever became of them.
    pub attempts: u32,
    /// Messages handed to a connection, pings apart.
    pub sent: u64,
    /// Messages received, answers to pings included.
    pub received: u64,
    /// Pings sent.
    pub pings: u64,
    /// Answers to pings.
    pub pongs: u64,
    /// Messages reported as unsent.
    pub unsent: u64,
    /// Replies that came late, or again, and were dropped.
    pub late_replies: u64,
    /// Lines given up for dead: by heartbeat, idle or stall timeout.
    pub dead_connections: u32,
}
