//! What waits until a connection is open: bounded in messages and bytes, first in, first out.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::config::Queue;
use super::error::SendError;

/// The queue of messages not yet handed to a connection.
#[derive(Debug)]
pub struct Outbox<P> {
    messages: VecDeque<(P, u64)>,
    bytes: u64,
}

impl<P> Outbox<P> {
    pub(super) const fn new() -> Self {
        Self {
            messages: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Takes a message of `bytes` bytes, if it still fits. A full queue keeps what it has.
    pub(super) fn push(&mut self, limits: &Queue, payload: P, bytes: u64) -> Result<(), SendError> {
        let total = self.bytes.checked_add(bytes).filter(|&total| total <= limits.max_bytes);
        let (Some(total), true) = (total, self.messages.len() < limits.max_messages as usize) else {
            return Err(SendError::Full);
        };
        self.messages.push_back((payload, bytes));
        self.bytes = total;
        Ok(())
    }

    pub(super) fn pop(&mut self) -> Option<P> {
        let (payload, bytes) = self.messages.pop_front()?;
        self.bytes = self.bytes.saturating_sub(bytes);
        Some(payload)
    }

    /// Empties the queue, for a report of what was not sent.
    pub(super) fn take(&mut self) -> Vec<P> {
        let mut unsent = Vec::new();
        while let Some(payload) = self.pop() {
            unsent.push(payload);
        }
        unsent
    }

    /// How many messages wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// How many bytes wait.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}
