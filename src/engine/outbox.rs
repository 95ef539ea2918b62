//! What waits until a connection is open: bounded in messages and bytes, first in, first out.

use alloc::vec::Vec;

use super::config::Queue;
use super::error::SendError;
use super::fifo::Fifo;
use super::requests::Request;

/// One that waits.
#[derive(Debug)]
pub(super) struct Message<P> {
    payload: P,
    bytes: u64,
    /// The request that it is, which may be taken out again.
    request: Option<Request>,
}

/// The queue of messages not yet handed to a connection.
#[derive(Debug)]
pub struct Outbox<P> {
    messages: Fifo<Message<P>>,
    len: usize,
    bytes: u64,
}

impl<P> Outbox<P> {
    pub(super) const fn new() -> Self {
        Self {
            messages: Fifo::new(),
            len: 0,
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
        // The sum, not the room left: what goes out again may fill the queue beyond its bounds, and then even nothing is too much.
        let fits = matches!(self.bytes.checked_add(bytes), Some(total) if total <= limits.max_bytes);
        if !fits || self.len >= limits.max_messages as usize {
            return Err(SendError::Full);
        }
        self.put(payload, bytes, request);
        Ok(())
    }

    /// Takes one whatever the bounds. They are for what is new: to turn away a request that was sent once already would break
    /// a promise, and it is held until its reply in any case.
    pub(super) fn put(&mut self, payload: P, bytes: u64, request: Option<Request>) {
        self.len += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.messages.push(Message {
            payload,
            bytes,
            request,
        });
    }

    /// Hands over what waits, to be [put back](Outbox::put_back) behind what is to leave before it. It counts all the while.
    pub(super) const fn set_aside(&mut self) -> Fifo<Message<P>> {
        core::mem::replace(&mut self.messages, Fifo::new())
    }

    /// Puts back what was set aside.
    pub(super) fn put_back(&mut self, mut aside: Fifo<Message<P>>) {
        if self.messages.is_drained() {
            self.messages = aside;
            return;
        }
        while let Some(message) = aside.pop() {
            self.messages.push(message);
        }
    }

    /// Takes out a request that nobody waits for any more.
    pub(super) fn remove(&mut self, request: Request) {
        if let Some(message) = self.messages.remove(|message| message.request == Some(request)) {
            self.uncount(&message);
        }
    }

    pub(super) fn pop(&mut self) -> Option<(P, Option<Request>)> {
        let message = self.messages.pop()?;
        self.uncount(&message);
        Some((message.payload, message.request))
    }

    const fn uncount(&mut self, message: &Message<P>) {
        self.len = self.len.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(message.bytes);
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
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether none waits.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many bytes wait.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}
