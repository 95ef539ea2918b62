//! The kinds of planned events.

use super::ids::{ServerId, SocketId};

/// Something planned that no pipe and no timer brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happening {
    /// An attempt reaches the network.
    Dial(SocketId),
    /// A request for a TCP connection reaches the server; the number of those that were lost.
    Knock(SocketId, u32),
    /// The TCP connection, and TLS, are established.
    Connected(SocketId),
    /// The request for a TCP connection was refused.
    Refused(SocketId),
    /// The browser gives up a handshake.
    HandshakeTimeout(SocketId),
    /// The browser gives up a closing handshake.
    ClosingTimeout(SocketId),
    /// The browser no longer waits for the end of the TCP connection.
    EndTimeout(SocketId),
    /// A server listens again.
    Up(ServerId),
    /// A server's timer is due.
    Tick(u32),
    /// Another page has loaded.
    Left,
    /// The machine wakes.
    Wake,
    /// The page's task is over.
    Idle,
}
