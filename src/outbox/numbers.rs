//! The numbers of a box to which several pages add messages: the storage gives them.
//!
//! A storage may forget what was written last: at a loss of power, or because it was restored from a backup. The server remembers the
//! numbers that it has done. So a number must not be given twice, whatever the storage forgets.

/// So many numbers are reserved at a time. More cost nothing but larger numbers: each page leaves some of its last ones out.
const BLOCK: u64 = 10_000;

/// The record of the storage about the numbers of a box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// The last number that was given to a message.
    pub last: u64,
    /// No number above this one was ever given. It is written strictly before any number up to it is given.
    pub reserved: u64,
    /// No number above this one was ever sent, as far as the storage remembers. It is written before any number up to it is sent.
    pub opened: u64,
}

impl Counter {
    /// Numbers up to `reserved` may be sent: see [`Output::Open`](super::Output::Open).
    #[must_use]
    pub fn open(self, reserved: u64) -> Self {
        let opened = self.opened.max(reserved);
        Counter { opened, ..self }
    }

    pub(super) fn max(self, other: Self) -> Self {
        Counter {
            last: self.last.max(other.last),
            reserved: self.reserved.max(other.reserved),
            opened: self.opened.max(other.opened),
        }
    }
}

/// Numbers for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// The number of the first.
    pub first: u64,
    /// The counter to be written, in the same transaction as the messages.
    pub counter: Counter,
    /// True if this transaction has to outlive loss of power. One that wouldn't has to be given up, and to begin anew as one that does.
    pub is_strict: bool,
}

/// The numbers that one page gives to its messages in a box that it shares with others.
#[derive(Debug)]
pub struct Numbers {
    block: u64,
    /// The last number when this page has seen the counter first: those above it were given while this page lived.
    before: Option<u64>,
    has_reserved: bool,
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers::new(BLOCK)
    }
}

impl Numbers {
    /// Begins for a page, which reserves so many numbers at a time.
    #[must_use]
    pub fn new(block: u64) -> Self {
        Numbers {
            block,
            before: None,
            has_reserved: false,
        }
    }

    /// Returns true if the next transaction has to outlive loss of power for sure. If not, that is known when the counter is read.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        !self.has_reserved
    }

    /// The page has read the counter. Returns the last number that was given before the page began.
    pub fn see(&mut self, counter: Counter) -> u64 {
        *self.before.get_or_insert(counter.last)
    }

    /// Returns the numbers for so many messages. A page begins behind all that is reserved: what the storage has lost may have been given
    /// by pages before it. Then it goes on behind the last, as nothing is lost while a page lives.
    pub fn take(&mut self, counter: Counter, count: u64) -> Given {
        self.see(counter);
        let before = if self.has_reserved {
            counter.last
        } else {
            counter.last.max(counter.reserved)
        };
        let last = before.saturating_add(count);
        let is_strict = !self.has_reserved || last > counter.reserved;
        let reserved = if is_strict {
            last.saturating_add(self.block)
        } else {
            counter.reserved
        };
        // The next block of a page needs no other hello, so nothing stops there.
        let is_opened = self.has_reserved && counter.opened >= counter.reserved;
        let opened = if is_opened { reserved } else { counter.opened };
        Given {
            first: before.saturating_add(1),
            counter: Counter { last, reserved, opened },
            is_strict,
        }
    }

    /// The transaction with these numbers is complete.
    pub fn handle_stored(&mut self) {
        self.has_reserved = true;
    }

    /// The messages above `above` get other numbers, behind `done` and in the same order. Returns the difference, and the counter to be
    /// written strictly. See [`Output::Displaced`](super::Output::Displaced).
    #[must_use]
    pub fn shift(&self, counter: Counter, above: u64, done: u64) -> (u64, Counter) {
        let by = done.max(counter.last).saturating_sub(above);
        let last = counter.last.max(above).saturating_add(by);
        let reserved = last.saturating_add(self.block);
        let counter = Counter {
            last,
            reserved,
            ..counter
        };
        (by, counter)
    }
}
