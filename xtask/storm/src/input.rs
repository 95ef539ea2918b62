//! Inputs of a simulated client.

/// Milliseconds since the simulation began.
pub(crate) type Millis = u64;

/// Something that happens to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// Its connection has ended, with what hint of the server's.
    Lost(Hint),
    /// Its attempt succeeded.
    Opened,
    /// Its attempt failed.
    Refused,
}

/// What a server may tell in closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// Nothing: the connection is reset.
    None,
    /// Code 1012: it restarts.
    Restart,
    /// Come back in so many milliseconds.
    RetryAfter(Millis),
}
