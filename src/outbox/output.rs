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
    /// The server has more than was sent: the storage has lost what was written last, or was restored from a backup. What was delivered
    /// by pages that are gone, and has a number up to `done`, is acknowledged: nobody can tell if it is what the server has done.
    Ahead {
        /// The last number that the server has.
        done: u64,
        /// The last number that was given to a message.
        given: u64,
    },
    /// Then: a message that was never sent has another number. It is to be stored under that one, in the same transaction in which it is
    /// removed under the first, and `handle_stored()` to be called.
    Renumbered {
        /// The number that it had.
        number: u64,
        /// The number that it has.
        renumbered: u64,
    },
    /// Then, in a shared box: all messages above `above` were never sent, and the box has forgotten them. The storage has to give them
    /// other numbers, by [`Numbers::shift`](super::Numbers::shift). Then `handle_counter()` and `handle_shifted()` are to be called, and
    /// the messages to be read again.
    Displaced {
        /// Messages above this number were never sent.
        above: u64,
        /// The last number that the server has.
        done: u64,
    },
}
