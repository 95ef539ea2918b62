//! Messages that were given up after they had been sent: the server may have done them.

use alloc::collections::BTreeMap;

use crate::engine::Instant;

/// A message that has not ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) deadline: Instant,
    pub(super) is_stored: bool,
    /// Set if it was given up.
    pub(super) reason: Option<Reason>,
}

/// Why a message was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The application has cancelled it, or it could not be stored.
    Cancelled,
    /// Its time has passed.
    Expired,
}

/// The outcome of a message that was given up, when it is known that the server won't do it from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    NotDone,
    /// The server has passed over it or done it: the answer that told which was lost.
    Unknown,
}

/// Messages that were given up after they had been sent, until it is known whether they are done.
#[derive(Debug, Default)]
pub(super) struct Withdrawn {
    /// A map of the type of those that are not given up: another type would double its code.
    messages: BTreeMap<u64, Held>,
    /// A hello with this number was sent, and its answer was lost or another machine got it. The server may have passed over the numbers
    /// before it.
    passed: u64,
}

impl Withdrawn {
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn insert(&mut self, number: u64, held: Held) {
        self.messages.insert(number, held);
    }

    pub(super) fn contains(&self, number: u64) -> bool {
        self.messages.contains_key(&number)
    }

    pub(super) fn remove(&mut self, number: u64) -> bool {
        self.messages.remove(&number).is_some()
    }

    /// Returns the oldest.
    pub(super) fn first(&self) -> Option<u64> {
        self.messages.first_key_value().map(|(number, _)| *number)
    }

    /// True if hello with this number would tell the outcome of one.
    pub(super) fn has_before(&self, from: u64) -> bool {
        self.first().is_some_and(|first| first < from)
    }

    /// The answer to a hello with this number doesn't come any more.
    pub(super) fn lose_hello(&mut self, from: u64) {
        self.passed = self.passed.max(from);
    }

    /// True if the server may have passed over this number.
    pub(super) fn is_passed(&self, number: u64) -> bool {
        number < self.passed
    }

    /// Takes one above a number. See `settle()` for those whose outcome the server tells.
    pub(super) fn take_above(&mut self, above: u64) -> Option<(u64, Reason)> {
        let (&number, held) = self.messages.range(above.saturating_add(1)..).next()?;
        let reason = held.reason?;
        self.messages.remove(&number);
        Some((number, reason))
    }

    /// Takes the next whose outcome is known: `done` is the last number that is done, and those before `from` never come.
    pub(super) fn settle(&mut self, done: u64, from: u64) -> Option<(u64, Reason, Outcome)> {
        let (&number, held) = self.messages.first_key_value()?;
        let reason = held.reason?;
        let outcome = if number > done {
            (number < from).then_some(Outcome::NotDone)?
        } else if self.is_passed(number) {
            Outcome::Unknown
        } else {
            Outcome::Done
        };
        self.messages.remove(&number);
        Some((number, reason, outcome))
    }
}
