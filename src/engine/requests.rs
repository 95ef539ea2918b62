//! The requests that wait for a reply: which are pending, on which connection, until when.
//!
//! Ids are given in order and never again, so the table is a sorted list: adding is nearly always a push, finding a binary
//! search, and a settled entry stays as a gap until half the list is gaps. A message costs the same with ten pending as with
//! ten thousand.

use alloc::vec::Vec;

use super::instant::{Instant, Span};
use super::output::Connection;

/// A request's number, as it goes over the wire. From 1 up, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request(pub u64);

/// How a request ended without a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Failure {
    /// No reply came in time.
    TimedOut = 0,
    /// The connection that it was sent on, or all, has ended.
    Lost = 1,
}

/// By which connections a request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// By the open one or the next to be, once.
    Any,
    /// As before, and again under the same id by the next if one ends before the reply: for what may safely run twice.
    Again,
    /// By this one or not at all, though it may not be admitted yet.
    Only(Connection),
}

/// What a message with a request's number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reply {
    /// The reply to a pending request.
    Awaited = 0,
    /// A late or repeated one: to be dropped. It has been counted.
    Late = 1,
    /// None of ours: a message like any other.
    Foreign = 2,
}

/// Where a pending request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the queue.
    Queued,
    /// Handed to this connection.
    Aboard(Connection),
    /// Settled: a gap in the table.
    Settled,
}

#[derive(Debug)]
pub(super) struct Pending<P> {
    pub(super) id: Request,
    pub(super) place: Place,
    pub(super) deadline: Instant,
    /// It has had its time again, after a late tick.
    pub(super) late: bool,
    pub(super) timeout: Span,
    /// What to send again on the next connection, of a request that may run twice.
    pub(super) again: Option<(P, u64)>,
}

/// The table of pending requests.
#[derive(Debug)]
pub(super) struct Requests<P> {
    entries: Vec<Pending<P>>,
    gaps: usize,
    last: u64,
}

impl<P> Requests<P> {
    pub(super) const fn new() -> Self {
        Self {
            entries: Vec::new(),
            gaps: 0,
            last: 0,
        }
    }

    pub(super) const fn number(&mut self) -> Request {
        self.last = self.last.saturating_add(1);
        Request(self.last)
    }

    /// Whether the number was ever given.
    pub(super) const fn is_ours(&self, id: Request) -> bool {
        id.0 > 0 && id.0 <= self.last
    }

    pub(super) const fn len(&self) -> usize {
        self.entries.len().saturating_sub(self.gaps)
    }

    /// Adds one, in order: a number may be used after a later one, if the application asks again while it makes a request.
    pub(super) fn insert(&mut self, pending: Pending<P>) {
        self.entries.push(pending);
        let mut rest = self.entries.as_mut_slice();
        while let [.., before, last] = rest
            && before.id > last.id
        {
            core::mem::swap(before, last);
            let shorter = rest.len() - 1;
            rest = rest.get_mut(..shorter).unwrap_or_default();
        }
    }

    pub(super) fn get_mut(&mut self, id: Request) -> Option<&mut Pending<P>> {
        let index = self.entries.binary_search_by_key(&id, |entry| entry.id).ok()?;
        self.entries
            .get_mut(index)
            .filter(|entry| entry.place != Place::Settled)
    }

    /// Takes the request out, and says where it was.
    pub(super) fn settle(&mut self, id: Request) -> Option<Place> {
        let entry = self.get_mut(id)?;
        let place = core::mem::replace(&mut entry.place, Place::Settled);
        entry.again = None;
        self.gaps += 1;
        if self.gaps > self.entries.len() / 2 {
            self.entries.retain(|entry| entry.place != Place::Settled);
            self.gaps = 0;
        }
        Some(place)
    }

    /// The next pending request after `last` that `choose` picks. Those before may be settled meanwhile.
    pub(super) fn next(&self, last: Request, choose: impl Fn(&Pending<P>) -> bool) -> Option<Request> {
        let start = self.entries.partition_point(|entry| entry.id <= last);
        let mut pending = self.entries.get(start..)?.iter();
        let found = pending.find(|entry| entry.place != Place::Settled && choose(entry));
        found.map(|entry| entry.id)
    }

    /// When the first of them runs out of time.
    pub(super) fn next_deadline(&self) -> Instant {
        let pending = self.entries.iter().filter(|entry| entry.place != Place::Settled);
        pending.map(|entry| entry.deadline).min().unwrap_or(Instant::NEVER)
    }
}
