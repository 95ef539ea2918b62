//! Messages, members and events, as the application has them.

use alloc::string::String;
use core::time::Duration;

use serde::de::DeserializeOwned;

use crate::channels::{Change, Payload, Recovered};

/// A place in a channel's stream. Store its two fields, and give it back by [`ChannelOptions::since`](super::ChannelOptions::since).
/// Compare offsets within one epoch only.
pub type Position = crate::channels::Position<String>;

impl Payload {
    /// Reads it as JSON.
    ///
    /// # Errors
    /// It is not JSON, or JSON of another type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(self.as_bytes())
    }
}

/// A message of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelMessage {
    /// Its body.
    pub data: Payload,
    /// `None` if the broker numbers no messages.
    pub position: Option<Position>,
    /// True if it is one of before the subscription, or was missing.
    pub replayed: bool,
}

/// A user in a channel. Several connections of one user are one member.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// Identifies the user.
    pub user: String,
    /// The data that the user gave, as JSON.
    pub data: Payload,
}

/// The items of [`Channel::events`](super::Channel::events), in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChannelEvent {
    /// A message.
    Message(ChannelMessage),
    /// It is subscribed, and all messages of before have come.
    Subscribed {
        /// `Yes`: nothing is missing. `No`: something may be, and there was a `Gap`. `Unknown`: the broker can't tell.
        recovered: Recovered,
        /// How many messages of before have come.
        replayed: u64,
    },
    /// Messages between the two may be missing. They could not be fetched.
    Gap {
        /// The last message before it.
        after: Option<Position>,
        /// The first one after it.
        before: Option<Position>,
    },
    /// The broker, or the channel's function for tokens, has refused it. All other channels go on.
    Refused {
        /// Why, if that is known.
        reason: Option<String>,
        /// When it is tried again. `None`: not before [`Channel::retry`](super::Channel::retry).
        retry_in: Option<Duration>,
    },
    /// The state was loaded: [`Update::State`](super::Update::State). Messages that follow are later than this position.
    Loaded(Option<Position>),
    /// The state was not loaded within this time. It is asked for again, and has more time; what the old load still returns doesn't count.
    LoadOverdue(Duration),
    /// A member has come or gone.
    Member {
        /// The change.
        change: Change,
        /// The user.
        member: Member,
    },
}

/// How a channel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChannelStatus {
    /// The broker has yet to answer.
    Subscribing,
    /// It is subscribed, or will be again with the next connection.
    Subscribed,
    /// It was refused.
    Refused,
    /// The bus is closed.
    Left,
}

/// The items of [`Loading`](super::Loading).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Update<S> {
    /// The application's state, newly loaded. It replaces the one of before.
    State(S),
    /// A message that is later than the state.
    Message(ChannelMessage),
}
