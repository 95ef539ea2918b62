use alloc::collections::{BTreeSet, VecDeque};
use alloc::string::String;

use crate::engine::{Instant, Span};

/// How many ids are remembered, and for how long: those that are neither among the last nor young are forgotten.
const MOST_IDS: usize = 1_000;
const REMEMBERED: Span = Span::from_millis(600_000);
/// How many messages are kept that come before it is known where to begin.
const MOST_EARLY: usize = 1_000;

/// The part of the stream that is known.
#[derive(Debug)]
enum Phase {
    /// It is not known where to begin: so many messages are kept until then.
    Waiting(usize),
    Begun,
}

/// The rules of what is received: which messages come again, and which position counts after a crash.
///
/// A message has a position in its stream, a number that grows; or only an id. What comes again is not handled again: a number that is
/// not above the last, an id that is among the last 1,000 or was received in the last ten minutes.
#[derive(Debug)]
pub struct Inbox {
    phase: Phase,
    /// The highest number that was received, or is committed by an earlier inbox.
    received: Option<u64>,
    committed: Option<u64>,
    ids: BTreeSet<String>,
    /// The same, from the oldest.
    order: VecDeque<(Instant, String)>,
}

impl Default for Inbox {
    /// Creates an inbox of which it is not known yet where to begin.
    fn default() -> Self {
        Inbox {
            phase: Phase::Waiting(0),
            received: None,
            committed: None,
            ids: BTreeSet::new(),
            order: VecDeque::new(),
        }
    }
}

impl Inbox {
    /// Creates an inbox that goes on behind a position that an earlier one has committed.
    #[must_use]
    pub fn new(committed: Option<u64>) -> Self {
        Inbox {
            phase: Phase::Begun,
            received: committed,
            committed,
            ..Inbox::default()
        }
    }

    /// It is known where to begin: behind a position that an earlier inbox has committed.
    pub fn begin(&mut self, committed: Option<u64>) {
        *self = Inbox::new(committed);
    }

    /// Another page may receive from now on: it is not known any more where to go on. So many messages wait and are kept.
    pub fn pause(&mut self, kept: usize) {
        *self = Inbox {
            phase: Phase::Waiting(kept),
            ..Inbox::default()
        };
    }

    /// True if it is known where to begin.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        matches!(self.phase, Phase::Begun)
    }

    /// A message has come before it is known where to begin, and the server can't be asked for it again: it is kept. Returns true if the
    /// oldest that is kept is to be dropped for it.
    pub fn handle_early(&mut self) -> bool {
        match &mut self.phase {
            Phase::Waiting(kept) if *kept < MOST_EARLY => {
                *kept += 1;
                false
            }
            Phase::Waiting(_) => true,
            Phase::Begun => false,
        }
    }

    /// A message with a position has come. Returns true if it is new: then it is to be handled.
    pub fn handle_position(&mut self, position: u64) -> bool {
        let is_new = self.received.is_none_or(|received| position > received);
        if is_new {
            self.received = Some(position);
        }
        is_new
    }

    /// A message with an id has come. Returns true if it is new: then it is to be handled.
    pub fn handle_id(&mut self, now: Instant, id: &str) -> bool {
        self.forget(now);
        let is_new = self.ids.insert(String::from(id));
        if is_new {
            self.order.push_back((now, String::from(id)));
        }
        is_new
    }

    /// A message is handled. Returns true if its position is to be stored: it never goes back.
    pub fn commit(&mut self, position: u64) -> bool {
        let is_new = self.committed.is_none_or(|committed| position > committed);
        if is_new {
            self.committed = Some(position);
        }
        is_new
    }

    /// Returns the last position that is committed.
    #[must_use]
    pub fn committed(&self) -> Option<u64> {
        self.committed
    }

    /// Returns where the server's stream has to go on: behind the last that was received.
    #[must_use]
    pub fn received(&self) -> Option<u64> {
        self.received
    }

    fn forget(&mut self, now: Instant) {
        let is_old = |received: Instant| received.saturating_add(REMEMBERED) <= now;
        while self.order.len() >= MOST_IDS && self.order.front().is_some_and(|(received, _)| is_old(*received)) {
            if let Some((_, id)) = self.order.pop_front() {
                self.ids.remove(&id);
            }
        }
    }
}
