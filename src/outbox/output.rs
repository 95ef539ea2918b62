use super::Reason;

/// An action to execute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Send hello, with the oldest number that the box holds.
    Hello(u64),
    /// Send the message of a number.
    Send(u64),
    /// Remove a message from the storage.
    Remove {
        /// Its number.
        number: u64,
        /// True if `handle_removed()` has to be called when it is removed. Otherwise this may be done at any later time, or never: what
        /// is done ends at once after the next hello.
        is_awaited: bool,
    },
    /// The server has done a number: it is over.
    Acknowledged(u64),
    /// The server refuses a number: it is over.
    Refused(u64),
    /// A message was given up, and the server won't do it from now on: it is over.
    GivenUp {
        /// Its number.
        number: u64,
        /// Why it was given up.
        reason: Reason,
        /// True if the server may have done it before. The answer that tells was lost.
        may_be_done: bool,
    },
    /// The server has less than it has acknowledged, for example after it was restored from a backup.
    Regressed {
        /// The last number that the server has.
        done: u64,
        /// The last that it has acknowledged.
        acknowledged: u64,
    },
    /// Write to the counter of a shared box that the numbers up to this one may be sent, and call `handle_opened()`. See
    /// [`Counter::open`](super::Counter::open).
    Open(u64),
    /// The server has numbers that this storage doesn't know to be given: it has lost what was written last, or was restored from a backup.
    Ahead {
        /// The last number that the server has.
        done: u64,
        /// The last number that was given to a message.
        given: u64,
    },
    /// The server has done numbers that are those of other messages here, which were never sent. The box has forgotten all above `above`:
    /// they are to be stored under other numbers, in the same transaction in which they are removed, and in the same order. In a box of this
    /// machine's own, `add()` gives those; in a shared one, [`Numbers::shift`](super::Numbers::shift) does.
    Displaced {
        /// Messages above this number were never sent.
        above: u64,
        /// The last number that the server has.
        done: u64,
    },
}
