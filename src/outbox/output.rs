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
}
