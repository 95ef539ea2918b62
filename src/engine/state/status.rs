//! `readyState`, and the finer status for display.

/// `readyState`, as [the standard](https://websockets.spec.whatwg.org/#dom-websocket-readystate) numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ReadyState {
    /// An attempt is under way or planned, or a lazy socket is yet to be used. It lasts until a connection is open and, if that is
    /// required, authenticated.
    Connecting = 0,
    /// A connection is open.
    Open = 1,
    /// The closing handshake is under way, or the application decides whether another attempt follows.
    Closing = 2,
    /// The socket is closed for good.
    Closed = 3,
}

/// The status for display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Status {
    /// An attempt is under way.
    Connecting = 0,
    /// A connection is open.
    Open = 1,
    /// The next attempt waits for its time.
    Waiting = 2,
    /// The next attempt waits for the network.
    Offline = 3,
    /// The closing handshake is under way, or the application decides whether another attempt follows.
    Closing = 4,
    /// The socket is closed for good.
    Closed = 5,
    /// No attempt has been made: the socket is lazy, and was not used yet.
    Idle = 6,
}
