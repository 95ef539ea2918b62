//! The send queue: messages that wait for a connection, first in, first out, bounded in messages, bytes and age.

use super::config::QueueLimits;
use super::error::SendError;
use super::ids::RequestId;
use super::instant::Instant;
use super::ordered::Ordered;
use super::requests::Place;

/// The result of sending a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sent {
    /// It was sent on the open connection.
    Transmitted,
    /// It was queued until a connection is open.
    Queued,
    /// It came after the end: counted in `bufferedAmount` and dropped, as the
    /// [standard](https://websockets.spec.whatwg.org/#dom-websocket-send) has it.
    Discarded,
}

/// A queued message.
#[derive(Debug)]
struct Message<P> {
    payload: P,
    bytes: u64,
    queued_at: Instant,
    /// The id if it is a request, which may be removed again.
    request: Option<RequestId>,
}

/// No request has a number so great.
const BEHIND_REQUESTS: u64 = 1 << 62;

/// The queue of messages not yet handed to a connection.
#[derive(Debug)]
pub struct Outbox<P> {
    /// By their turns. Requests that are to be sent again have their numbers for turns: before everything else.
    messages: Ordered<Message<P>>,
    /// The last turn that is no request's number.
    turn: u64,
    bytes: u64,
}

impl<P> Outbox<P> {
    pub(super) const fn new() -> Self {
        Self {
            messages: Ordered::new(),
            turn: BEHIND_REQUESTS,
            bytes: 0,
        }
    }

    /// Adds a message of `bytes` bytes, if it fits, and returns its place. A full queue is left unchanged.
    pub(super) fn push(
        &mut self,
        limits: &QueueLimits,
        queued_at: Instant,
        payload: P,
        bytes: u64,
        request: Option<RequestId>,
    ) -> Result<Place, SendError> {
        // Requests that are sent again may fill the queue beyond its limits. Then even an empty message is refused.
        let fits = matches!(self.bytes.checked_add(bytes), Some(total) if total <= limits.max_bytes);
        if !fits || self.len() >= limits.max_messages as usize {
            return Err(SendError::Full);
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.turn += 1;
        let message = Message {
            payload,
            bytes,
            queued_at,
            request,
        };
        self.messages.insert(self.turn, message);
        Ok(Place::Queued(self.turn))
    }

    /// Adds a request that was sent before, whatever the limits. Limits apply to new messages; this one was already accepted, and its
    /// payload is kept until its reply in any case.
    pub(super) fn put_first(&mut self, now: Instant, payload: P, bytes: u64, request: RequestId) {
        self.bytes = self.bytes.saturating_add(bytes);
        let message = Message {
            payload,
            bytes,
            queued_at: now,
            request: Some(request),
        };
        self.messages.insert(request.get(), message);
    }

    /// Removes a request that nobody waits for any more, if it is queued.
    pub(super) fn remove(&mut self, request: RequestId, place: Place) {
        let turn = match place {
            Place::Queued(turn) => turn,
            Place::QueuedAgain => request.get(),
            Place::InFlight => return,
        };
        if let Some(message) = self.messages.remove(turn) {
            self.uncount(&message);
        }
    }

    pub(super) fn pop(&mut self) -> Option<(P, Option<RequestId>)> {
        let message = self.messages.pop()?;
        self.uncount(&message);
        Some((message.payload, message.request))
    }

    const fn uncount(&mut self, message: &Message<P>) {
        self.bytes = self.bytes.saturating_sub(message.bytes);
    }

    /// Returns the oldest message, and when it was queued. Requests don't count, because they have timeouts of their own.
    fn oldest(&self) -> Option<(u64, Instant)> {
        let mut messages = self.messages.from(0);
        let (turn, message) = messages.find(|(_, message)| message.request.is_none())?;
        Some((turn, message.queued_at))
    }

    /// Returns when the oldest message was queued.
    pub(super) fn waits_since(&self) -> Option<Instant> {
        self.oldest().map(|(_, queued_at)| queued_at)
    }

    /// Removes the oldest message if `is_too_old` returns true for the time when it was queued.
    pub(super) fn expire(&mut self, is_too_old: impl Fn(Instant) -> bool) -> Option<P> {
        let (turn, _) = self.oldest().filter(|&(_, queued_at)| is_too_old(queued_at))?;
        let message = self.messages.remove(turn)?;
        self.uncount(&message);
        Some(message.payload)
    }

    /// Returns the number of queued messages.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.messages.len()
    }

    /// True if the queue is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the size of the queued messages, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}
