use alloc::collections::{BTreeSet, VecDeque};
use alloc::string::String;

use crate::engine::{Instant, Span};

/// How many ids are remembered, and for how long: those that are neither among the last nor young are forgotten.
const MOST_IDS: usize = 1_000;
const REMEMBERED: Span = Span::from_millis(600_000);

/// The rules of what is received: which messages come again, and which position counts after a crash.
///
/// A message has a position in its stream, a number that grows; or only an id. What comes again is not handled again: a number that is
/// not above the last, an id that is among the last 1,000 or was received in the last ten minutes.
#[derive(Debug, Default)]
pub struct Inbox {
    /// The highest number that was received, or is committed by an earlier inbox.
    received: Option<u64>,
    committed: Option<u64>,
    ids: BTreeSet<String>,
    /// The same, from the oldest.
    order: VecDeque<(Instant, String)>,
}

impl Inbox {
    /// Creates an inbox that goes on behind a position that an earlier one has committed.
    #[must_use]
    pub fn new(committed: Option<u64>) -> Self {
        Inbox {
            received: committed,
            committed,
            ..Inbox::default()
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
