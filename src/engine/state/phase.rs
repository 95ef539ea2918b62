//! The phase of the engine.

use super::super::cause::CloseCause;
use super::super::close::Close;
use super::super::ids::{ConnectionId, DecisionId, ResolveId};
use super::status::{ReadyState, Status};

/// The phase of the engine. It alone knows which connection is current.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Phase {
    /// The URL provider is resolving the URL.
    Resolving(ResolveId),
    /// A connection is being opened.
    Connecting(ConnectionId),
    /// A connection is open, and the application has yet to authenticate it.
    Authenticating(ConnectionId),
    /// A connection is open.
    Open(ConnectionId),
    /// The server has started the closing handshake.
    PeerClosing(ConnectionId),
    /// The application has started the closing handshake.
    Closing(ConnectionId),
    /// A connection has ended, and the application decides whether another attempt follows.
    AwaitingDecision {
        id: DecisionId,
        connection: Option<ConnectionId>,
        close: Close,
        cause: CloseCause,
    },
    /// The next attempt waits for the retry timer, or is parked.
    Waiting,
    /// The socket is closed for good.
    Closed,
}

impl Phase {
    /// The connection whose input counts, if there is one.
    pub(crate) const fn connection(&self) -> Option<ConnectionId> {
        match *self {
            Self::Connecting(connection)
            | Self::Authenticating(connection)
            | Self::Open(connection)
            | Self::PeerClosing(connection)
            | Self::Closing(connection) => Some(connection),
            Self::Resolving(_) | Self::AwaitingDecision { .. } | Self::Waiting | Self::Closed => None,
        }
    }

    /// True if this connection is open and authenticated.
    pub(crate) fn is_open(&self, connection: ConnectionId) -> bool {
        matches!(*self, Self::Open(open) if open == connection)
    }

    /// True if this connection is open and must still be authenticated.
    pub(crate) fn is_authenticating(&self, connection: ConnectionId) -> bool {
        matches!(*self, Self::Authenticating(open) if open == connection)
    }

    pub(crate) const fn ready_state(&self) -> ReadyState {
        match self {
            Self::Resolving(_) | Self::Connecting(_) | Self::Authenticating(_) | Self::Waiting => {
                ReadyState::Connecting
            }
            Self::Open(_) => ReadyState::Open,
            Self::PeerClosing(_) | Self::Closing(_) | Self::AwaitingDecision { .. } => ReadyState::Closing,
            Self::Closed => ReadyState::Closed,
        }
    }

    pub(crate) const fn status(&self, online: bool) -> Status {
        match self {
            Self::Resolving(_) | Self::Connecting(_) | Self::Authenticating(_) => Status::Connecting,
            Self::Open(_) => Status::Open,
            Self::Waiting if online => Status::Waiting,
            Self::Waiting => Status::Offline,
            Self::PeerClosing(_) | Self::Closing(_) | Self::AwaitingDecision { .. } => Status::Closing,
            Self::Closed => Status::Closed,
        }
    }
}
