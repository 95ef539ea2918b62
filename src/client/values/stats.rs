//! Counters of a socket.

use core::time::Duration;

use crate::engine::{Engine, Percentiles};

/// Counters since construction, and what waits right now.
///
/// ```no_run
/// # use holdfast_ws::WebSocket;
/// # fn show(_: String) {}
/// # fn run(ws: &WebSocket) {
/// let stats = ws.stats();
/// if let Some(trip) = stats.round_trip {
///     show(format!("{:?}, {} connections, {} waiting", trip.p90, stats.connections, stats.queued_messages));
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Messages that wait for a connection.
    pub queued_messages: usize,
    /// Their bytes.
    pub queued_bytes: u64,
    /// Messages reported as unsent.
    pub unsent: u64,
    /// Connections abandoned as dead, by a heartbeat, idle or stall timeout.
    pub dead_connections: u32,
    /// Requests that wait for a reply.
    pub pending_requests: usize,
    /// Replies that came late, or again, and were dropped.
    pub late_replies: u64,
    /// Streams of messages that were ended because their reader was too slow.
    pub lagged: u32,
    /// The last 64 round trips of the heartbeat, if there was one.
    pub round_trip: Option<RoundTrip>,
}

/// Percentiles of the heartbeat's round trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoundTrip {
    /// Half were no longer than this.
    pub p50: Duration,
    /// Nine in ten were no longer than this.
    pub p90: Duration,
    /// 99 in a hundred were no longer than this.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

impl From<Percentiles> for RoundTrip {
    fn from(trips: Percentiles) -> Self {
        Self {
            p50: trips.p50.into(),
            p90: trips.p90.into(),
            p99: trips.p99.into(),
            max: trips.max.into(),
        }
    }
}

impl Stats {
    pub(crate) fn read<Payload: Clone>(engine: &Engine<Payload>) -> Self {
        let counted = engine.stats();
        Self {
            connections: counted.connections,
            attempts: counted.attempts,
            sent: counted.sent,
            received: counted.received,
            pings: counted.pings,
            pongs: counted.pongs,
            queued_messages: engine.outbox().len(),
            queued_bytes: engine.outbox().bytes(),
            unsent: counted.unsent,
            dead_connections: counted.dead_connections,
            pending_requests: engine.pending_requests(),
            late_replies: counted.late_replies,
            lagged: 0,
            round_trip: engine.round_trips().percentiles().map(Into::into),
        }
    }
}
