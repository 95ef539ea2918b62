//! Inputs of a simulated client.

/// Milliseconds since the simulation began.
pub(crate) type Millis = u64;

/// An input of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// Its connection has ended, with this hint of the server.
    Lost(Hint),
    /// Its attempt succeeded.
    Opened,
    /// Its attempt failed.
    Refused,
}

/// A hint in the server's close frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// No hint: the connection is reset.
    None,
    /// Code 1012: the server restarts.
    Restart,
    /// Reconnect after this many milliseconds.
    RetryAfter(Millis),
}
