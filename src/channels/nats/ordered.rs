//! One consumer whose messages come in order, each once. If one is missing, the consumer is replaced.

use crate::engine::{Instant, Span};

use super::delivered::Delivered;
use super::protocol::Headers;

/// A message is missing, or the consumer has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

/// The numbers of one consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ordered {
    heartbeat: Span,
    /// The number of the last message among those that the consumer has delivered.
    last: u64,
    /// When the consumer counts as gone.
    deadline: Instant,
}

impl Ordered {
    /// A consumer that sends a heartbeat as often as this when there are no messages.
    #[must_use]
    pub fn new(now: Instant, heartbeat: Span) -> Self {
        let mut ordered = Self {
            heartbeat,
            last: 0,
            deadline: now,
        };
        ordered.heard(now);
        ordered
    }

    /// Two heartbeats may be missed, as one may be late.
    fn heard(&mut self, now: Instant) {
        let twice = self.heartbeat.saturating_add(self.heartbeat);
        self.deadline = now.saturating_add(twice).saturating_add(self.heartbeat.half());
    }

    /// A message has come.
    ///
    /// # Errors
    ///
    /// One before it is missing.
    pub fn message(&mut self, now: Instant, delivered: Delivered) -> Result<(), Broken> {
        self.heard(now);
        if delivered.consumer_sequence != self.last.saturating_add(1) {
            return Err(Broken);
        }
        self.last = delivered.consumer_sequence;
        Ok(())
    }

    /// A heartbeat has come. Returns true if the consumer has delivered all there is.
    ///
    /// # Errors
    ///
    /// The consumer has delivered messages that have not come.
    pub fn heartbeat(&mut self, now: Instant, headers: &Headers) -> Result<bool, Broken> {
        self.heard(now);
        let last = headers
            .get("Nats-Last-Consumer")
            .and_then(|last| last.parse::<u64>().ok());
        match last {
            Some(last) if last != self.last => Err(Broken),
            _ => Ok(headers.get("Nats-Consumer-Stalled").is_none()),
        }
    }

    /// True if the consumer has not missed a heartbeat.
    #[must_use]
    pub fn is_fresh(&self, now: Instant) -> bool {
        now.saturating_add(self.heartbeat) < self.deadline
    }

    /// True if the consumer has been silent for too long.
    #[must_use]
    pub fn is_gone(&self, now: Instant) -> bool {
        self.deadline <= now
    }
}
