//! What waits until a connection is open: bounded in messages and bytes, first in, first out.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::config::Queue;
use super::error::SendError;
use super::requests::Request;

/// One that waits.
#[derive(Debug)]
struct Message<P> {
    payload: P,
    bytes: u64,
    /// The request that it is, which may be taken out again.
    request: Option<Request>,
}

/// The queue of messages not yet handed to a connection.
#[derive(Debug)]
pub struct Outbox<P> {
    messages: VecDeque<Message<P>>,
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
    pub(super) fn push(
        &mut self,
        limits: &Queue,
        payload: P,
        bytes: u64,
        request: Option<Request>,
    ) -> Result<(), SendError> {
        let total = self.bytes.checked_add(bytes).filter(|&total| total <= limits.max_bytes);
        let (Some(total), true) = (total, self.messages.len() < limits.max_messages as usize) else {
            return Err(SendError::Full);
        };
        self.messages.push_back(Message {
            payload,
            bytes,
            request,
        });
        self.bytes = total;
        Ok(())
    }

    /// Puts a request back that was sent once already, before all others. The bounds are for what is new: to turn this away
    /// would break a promise, and it is held until its reply in any case.
    pub(super) fn push_front(&mut self, payload: P, bytes: u64, request: Request) {
        self.messages.push_front(Message {
            payload,
            bytes,
            request: Some(request),
        });
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Takes out a request that nobody waits for any more.
    pub(super) fn remove(&mut self, request: Request) {
        if let Some(index) = self
            .messages
            .iter()
            .position(|message| message.request == Some(request))
            && let Some(message) = self.messages.remove(index)
        {
            self.bytes = self.bytes.saturating_sub(message.bytes);
        }
    }

    pub(super) fn pop(&mut self) -> Option<(P, Option<Request>)> {
        let message = self.messages.pop_front()?;
        self.bytes = self.bytes.saturating_sub(message.bytes);
        Some((message.payload, message.request))
    }

    /// Empties the queue, for a report of what was not sent. Requests are reported each by itself.
    pub(super) fn take(&mut self) -> Vec<P> {
        let mut unsent = Vec::new();
        while let Some((payload, request)) = self.pop() {
            if request.is_none() {
                unsent.push(payload);
            }
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
