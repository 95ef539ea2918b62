//! Planned events, in one order: by time, and at one time in the order of planning.

use alloc::collections::BTreeMap;

use super::time::Instant;

/// The planned happenings of a world.
#[derive(Debug)]
pub(super) struct Agenda<T> {
    entries: BTreeMap<(Instant, u64), T>,
    planned: u64,
}

impl<T> Agenda<T> {
    pub(super) const fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            planned: 0,
        }
    }

    /// Plans something. It can't be cancelled; when it is due, its handler checks that it still applies.
    pub(super) fn plan(&mut self, at: Instant, what: T) {
        self.planned += 1;
        if at != Instant::NEVER {
            self.entries.insert((at, self.planned), what);
        }
    }

    /// Returns when the next one is due.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.entries.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next one, if it is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<T> {
        let entry = self.entries.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }
}
