//! Finds the number at which the last messages of a channel begin. A stream has many channels, and the server knows how many messages of one follow a number,
//! but not the number that so many follow.

/// How many times the server is asked at most.
const TRIES: u32 = 16;
/// By how much the part of the stream grows in which too few were found.
const GROWTH: u64 = 8;
/// So many more than are wanted are always taken.
const SLACK: u64 = 64;

/// A search for the number in the stream from which so many messages of a channel follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    wanted: u64,
    first: u64,
    /// The number after the last one that counts.
    end: u64,
    window: u64,
    /// The least number that is known to have too few after it.
    short: u64,
    /// The greatest number that is known to have enough after it.
    long: Option<u64>,
    tries: u32,
    start: u64,
}

/// The answer of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Begin here, and leave out so many.
    Take {
        /// How many are to be left out.
        skip: u64,
    },
    /// Ask for the number of messages from [`Search::start`] on.
    Again,
}

impl Search {
    /// A search for the last `wanted` messages in a stream with these numbers.
    #[must_use]
    pub fn new(wanted: u64, first: u64, last: u64) -> Self {
        let end = last.saturating_add(1);
        let first = first.max(1);
        Self {
            wanted,
            first,
            end,
            window: wanted.max(1),
            short: end,
            long: None,
            tries: 0,
            start: end.saturating_sub(wanted.max(1)).max(first),
        }
    }

    /// Returns the number to ask for.
    #[must_use]
    pub const fn start(&self) -> u64 {
        self.start
    }

    /// So many messages of the channel follow from [`Search::start`] on.
    pub fn answered(&mut self, pending: u64) -> Found {
        self.tries += 1;
        let more = pending.checked_sub(self.wanted);
        if let Some(more) = more {
            let near = more <= SLACK.max(self.wanted);
            if near || self.tries >= TRIES || self.short.saturating_sub(self.start) <= 1 {
                return Found::Take { skip: more };
            }
            self.long = Some(self.start);
        } else {
            if self.start <= self.first || self.tries > TRIES {
                return Found::Take { skip: 0 };
            }
            self.short = self.start;
        }
        self.start = match self.long {
            // The last try must find enough.
            Some(long) if self.tries >= TRIES - 1 => long,
            Some(long) => long + (self.short.saturating_sub(long)) / 2,
            None if self.tries >= TRIES - 1 => self.first,
            None => {
                self.window = self.window.saturating_mul(GROWTH);
                self.end.saturating_sub(self.window).max(self.first)
            }
        };
        Found::Again
    }
}
