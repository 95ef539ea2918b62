//! Identifiers: tabs, terms of office, and positions in what a hub has received.

use core::fmt;

/// Identifies one life of one page. Drawn at random by the caller, so that no two tabs share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TabId(u64);

impl TabId {
    /// The tab with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TabId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The time in which one tab is the hub. A later term is greater. Of two with the same number the one of the greater tab counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    /// More than that of any term that the tab had heard of, and no less than the time in milliseconds since 1970 at which it began. So it
    /// is also more than that of a term that only tabs have heard of that are away, unless the clock was set back.
    pub number: u64,
    /// The tab that is the hub.
    pub hub: TabId,
}

impl Term {
    /// Before the first term.
    pub const NONE: Self = Self {
        number: 0,
        hub: TabId::new(0),
    };

    /// Returns the term of `hub` that follows this one and begins at `date`, in milliseconds since 1970.
    #[must_use]
    pub fn next(self, hub: TabId, date: u64) -> Self {
        Self {
            number: self.number.saturating_add(1).max(date),
            hub,
        }
    }
}

/// A place in what the hubs have received: the number of a message in a term, from 1 up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The term.
    pub term: Term,
    /// The number of the message.
    pub seq: u64,
}

/// How far a tab has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark<T> {
    /// The last message that the tab has dispatched; [`None`] before the first one.
    pub position: Option<Position>,
    /// The last resume token that a message brought, and which message that was.
    pub token: Option<(Position, T)>,
}

/// A tab's request, numbered by that tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestNumber(u64);

impl RequestNumber {
    /// The request with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}
