//! How a socket that shares its connection with other tabs has it.

use core::fmt;

/// The role of a tab: see [`WebSocket::role`](crate::WebSocket::role).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// It has a connection of its own: it shares none, or can't.
    Own,
    /// It holds the connection, and serves the other tabs.
    Leader,
    /// Another tab holds the connection, or none does yet.
    Follower,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Own => "own",
            Self::Leader => "leader",
            Self::Follower => "follower",
        })
    }
}
