//! The error of using a channel.

use core::error::Error;
use core::fmt;

/// Why a channel can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinError {
    /// The bus is closed.
    Closed,
    /// [`ChannelOptions::presence`](super::ChannelOptions::presence) was given, and [`Can::presence`](super::Can::presence) is false.
    NoPresence,
    /// [`ChannelOptions::authorize`](super::ChannelOptions::authorize) was given, and [`Can::tokens`](super::Can::tokens) is false.
    NoTokens,
    /// [`ChannelOptions::presence`](super::ChannelOptions::presence) names a user, and another [`Channel`](super::Channel) of the same name has made the
    /// application a member as another one.
    OtherUser,
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the bus is closed: make another one",
            Self::NoPresence => "the broker has no presence as it is configured: leave the option out",
            Self::OtherUser => "the application is a member of this channel as another user: drop that channel first",
            Self::NoTokens => "the broker has no tokens of channels: give the bus a token that allows them",
        })
    }
}

impl Error for JoinError {}
