//! The phase of the engine.

use super::super::cause::CloseCause;
use super::super::close::Close;
use super::super::ids::ConnectionId;
use super::status::{ReadyState, Status};

/// The phase of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The application is resolving the URL.
    Resolving,
    /// A connection is being opened.
    Connecting,
    /// A connection is open, and the application has yet to authenticate it.
    Authenticating,
    /// A connection is open.
    Open,
    /// The server has started the closing handshake.
    PeerClosing,
    /// The application has started the closing handshake.
    Closing,
    /// A connection has ended, and the application decides whether another attempt follows.
    AwaitingDecision,
    /// The next attempt waits for the retry timer, or is parked.
    Waiting,
    /// The socket is closed for good.
    Closed,
    /// No attempt has been made: the socket is [lazy](super::super::Config::lazy), and was not used yet.
    Idle,
}

/// An end about which a decision is awaited.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    pub(crate) close: Close,
    pub(crate) cause: CloseCause,
    /// The connection, if there was one.
    pub(crate) connection: Option<ConnectionId>,
}

impl Ended {
    pub(crate) const NONE: Self = Self {
        close: Close::ABNORMAL,
        cause: CloseCause::Closed,
        connection: None,
    };
}

impl Phase {
    /// True if there is a connection whose input counts.
    pub(crate) const fn has_connection(self) -> bool {
        matches!(
            self,
            Self::Connecting | Self::Authenticating | Self::Open | Self::PeerClosing | Self::Closing
        )
    }

    pub(crate) const fn ready_state(self) -> ReadyState {
        match self {
            Self::Idle | Self::Resolving | Self::Connecting | Self::Authenticating | Self::Waiting => {
                ReadyState::Connecting
            }
            Self::Open => ReadyState::Open,
            Self::PeerClosing | Self::Closing | Self::AwaitingDecision => ReadyState::Closing,
            Self::Closed => ReadyState::Closed,
        }
    }

    pub(crate) const fn status(self, online: bool) -> Status {
        match self {
            Self::Resolving | Self::Connecting | Self::Authenticating => Status::Connecting,
            Self::Open => Status::Open,
            Self::Waiting if online => Status::Waiting,
            Self::Waiting => Status::Offline,
            Self::PeerClosing | Self::Closing | Self::AwaitingDecision => Status::Closing,
            Self::Closed => Status::Closed,
            Self::Idle => Status::Idle,
        }
    }
}
