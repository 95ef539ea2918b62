//! The phases of a connection.

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is none.
    Closed,
    /// It is open, and the server has not said who it is.
    Opening,
    /// The login is sent.
    LoggingIn,
    /// The server has accepted it.
    Ready,
}

/// The number of the subscription that has all answers.
pub(super) const ANSWERS: u64 = 1;
