//! Events of connections.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::message::Message;
#[cfg(feature = "tabs")]
use super::tabs::Role;
#[cfg(feature = "futures")]
use crate::engine::Status;
use crate::engine::{CloseCause, RetryCause};

/// A connection has ended, or all has: a [`CloseEvent`](https://developer.mozilla.org/docs/Web/API/CloseEvent), and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseEvent {
    /// The close code; 1006 if there was no closing handshake.
    pub code: u16,
    /// The server's reason. If this class ended the connection, the cause, such as `heartbeat timeout`.
    pub reason: String,
    /// True if the closing handshake was completed.
    pub was_clean: bool,
    /// The cause of its end.
    pub cause: CloseCause,
    /// The reason if no other attempt follows, else `None`.
    pub end: Option<EndReason>,
    /// True if another attempt follows. `false` is the end, until [`reconnect()`](crate::WebSocket::reconnect). While
    /// `should_reconnect` is being asked: whether one would follow without it, by the close code.
    pub will_reconnect: bool,
    /// On the last one: what was accepted and never sent, in order; requests are reported each by itself.
    pub unsent: Vec<Message>,
}

/// The reason why a socket is closed for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// The application closed it.
    OwnClose,
    /// The close code is [final](crate::engine::Close::is_final): another attempt would end alike.
    FinalCode,
    /// [`max_attempts`](crate::Reconnect::max_attempts) have failed.
    AttemptsSpent,
    /// [`should_reconnect`](crate::Reconnect::should_reconnect) returned `false`.
    Declined,
    /// It makes one connection only: [`without_reconnect`](crate::Builder::without_reconnect).
    ReconnectOff,
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::OwnClose => "closed by the application",
            Self::FinalCode => "final close code",
            Self::AttemptsSpent => "attempts spent",
            Self::Declined => "declined by should_reconnect",
            Self::ReconnectOff => "reconnection is off",
        })
    }
}

/// Another attempt is planned, or the planned one has been moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reconnecting {
    /// Its number: 1 for the first since a stable connection.
    pub attempt: u32,
    /// The time until it is made.
    pub delay: Duration,
    /// The cause of the attempt.
    pub cause: RetryCause,
}

/// The items of [`events()`](crate::WebSocket::events): all events of connections except messages.
#[cfg(feature = "futures")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A connection is open.
    Open,
    /// A connection has failed. A browser says no more than that; `Close` follows.
    Error,
    /// A connection has ended.
    Close(CloseEvent),
    /// Messages waited in the queue for longer than [`max_age`](crate::Queue::max_age) and were dropped: these.
    Expired(Vec<Message>),
    /// Another attempt is planned, or the planned one has been moved.
    Reconnecting(Reconnecting),
    /// The status has changed, to this.
    Status(Status),
    /// The tab has another role.
    #[cfg(feature = "tabs")]
    Role(Role),
    /// Messages of the server may be missing here. The messages are the tab's own that may have been sent or not, and are not sent again.
    #[cfg(feature = "tabs")]
    Gap(Vec<Message>),
}
