//! The table of requests: which are pending, where, until when, and whether a reply is matched, late or unknown.
//!
//! Ids are given in ascending order, from a random number, and never twice.

use super::ids::{ConnectionId, RequestId};
use super::instant::{Instant, Span};
use super::ordered::Ordered;
use super::queue::Queue;
use super::random::Random;

/// A late or repeated reply is recognised for this long after the request has settled.
pub(super) const LATE_REPLY_WINDOW: Span = Span::from_millis(10_000);

/// The number of settled requests that are remembered for that.
const REMEMBERED: usize = 4_096;

/// The first number is drawn from here to twice as much. Servers that count their own messages begin at 1, and those that keep a
/// number in 32 bits, or print it with few digits, can still give it back.
const FROM: u64 = 1 << 29;

/// The connections on which a request may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Route {
    /// The open one, or else the next one; once.
    Any,
    /// As `Any`. If the connection ends before the reply, it is sent again on the next one under the same id. For requests that may run
    /// twice.
    Retry,
    /// This one or none, even before it is authenticated.
    Only(ConnectionId),
}

/// The match of a message that carries a request id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Reply {
    /// The reply to a pending request.
    Matched = 0,
    /// A late or repeated reply: to be dropped. It has been counted.
    Late = 1,
    /// Not one of our requests: an ordinary message.
    Unknown = 2,
}

/// The place of a pending request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the queue, under this key.
    Queued(u64),
    /// In the queue, before everything that is new.
    QueuedAgain,
    /// Handed to the current connection, or to the last one until its end is reported.
    InFlight,
}

#[derive(Debug)]
pub(super) struct Pending<P> {
    pub(super) place: Place,
    pub(super) deadline: Instant,
    /// True if its timeout was restarted after a late tick.
    pub(super) late: bool,
    pub(super) timeout: Span,
    /// The payload and its size, for a request that is retried on the next connection.
    pub(super) again: Option<(P, u64)>,
}

/// The table of pending requests, and those that settled a moment ago.
#[derive(Debug)]
pub(super) struct Requests<P> {
    pending: Ordered<Pending<P>>,
    settled: Queue<(RequestId, Instant)>,
    /// The highest number that has settled.
    highest: u64,
    last: u64,
}

impl<P> Requests<P> {
    pub(super) fn new(seed: u64) -> Self {
        // A separate random stream: the engine's own is used for delays only.
        let drawn = u64::from(Random::new(!seed).bits()) % FROM;
        Self {
            pending: Ordered::new(),
            settled: Queue::new(),
            highest: 0,
            last: FROM + drawn,
        }
    }

    pub(super) const fn number(&mut self) -> RequestId {
        self.last = self.last.saturating_add(1);
        RequestId::new(self.last)
    }

    pub(super) const fn len(&self) -> usize {
        self.pending.len()
    }

    /// True if the id is in use, or was recently.
    pub(super) fn is_used(&mut self, now: Instant, id: RequestId) -> bool {
        self.get_mut(id).is_some() || self.is_late(now, id)
    }

    /// True if a reply to this request is late or repeated.
    pub(super) fn is_late(&self, now: Instant, id: RequestId) -> bool {
        // A new number needs no search.
        let mut settled = self.settled.iter().take_while(|_| id.get() <= self.highest);
        settled.any(|&(other, at)| other == id && now.saturating_since(at) < LATE_REPLY_WINDOW)
    }

    /// Adds one. A number may be used after a later one, if the application asks again while it makes a request.
    pub(super) fn insert(&mut self, id: RequestId, pending: Pending<P>) {
        self.pending.insert(id.get(), pending);
    }

    pub(super) fn get_mut(&mut self, id: RequestId) -> Option<&mut Pending<P>> {
        self.pending.get_mut(id.get())
    }

    /// Removes the request, and returns its place.
    pub(super) fn settle(&mut self, now: Instant, id: RequestId) -> Option<Place> {
        let pending = self.pending.remove(id.get())?;
        let old = |&(_, at): &(_, Instant)| now.saturating_since(at) >= LATE_REPLY_WINDOW;
        while self.settled.len() >= REMEMBERED || self.settled.iter().next().is_some_and(old) {
            self.settled.pop();
        }
        self.settled.push((id, now));
        self.highest = self.highest.max(id.get());
        Some(pending.place)
    }

    /// Forgets what has settled.
    pub(super) fn forget(&mut self) {
        self.settled = Queue::new();
    }

    /// Returns the next pending request after `last` that `choose` picks. The caller may settle earlier requests between two calls.
    pub(super) fn next(&self, last: RequestId, choose: impl Fn(&Pending<P>) -> bool) -> Option<RequestId> {
        let mut pending = self.pending.from(last.get().saturating_add(1));
        let found = pending.find(|(_, pending)| choose(pending));
        found.map(|(id, _)| RequestId::new(id))
    }

    /// Returns the earliest deadline of a pending request.
    pub(super) fn next_deadline(&self) -> Instant {
        let deadlines = self.pending.from(0).map(|(_, pending)| pending.deadline);
        deadlines.fold(Instant::NEVER, Instant::min)
    }
}
