//! The record of everything that happened, with virtual times.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::time::Instant;

/// One line of a world's log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The virtual time since the world began.
    pub at: Duration,
    /// The event: subject, verb, object.
    pub text: String,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.at.as_micros();
        write!(
            f,
            "{:>6}.{:06} s  {}",
            micros / 1_000_000,
            micros % 1_000_000,
            self.text
        )
    }
}

/// The lines so far.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) entries: Vec<Entry>,
}

impl Log {
    pub(super) fn note(&mut self, now: Instant, text: fmt::Arguments<'_>) {
        self.entries.push(Entry {
            at: now.saturating_since(Instant::ORIGIN).into(),
            text: text.to_string(),
        });
    }
}
