//! Outputs, which the caller executes at once, and events, which it dispatches to the application.

use alloc::string::String;
use alloc::vec::Vec;

use crate::engine::Span;

use super::ids::{ChannelId, HolderId, PublicationId, QuestionId};
use super::position::{Position, Recovered};

/// A channel to subscribe to.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription<P, E> {
    /// The channel.
    pub channel: ChannelId,
    /// Its name.
    pub name: String,
    /// The last message that is known: those after it are wanted.
    pub since: Option<Position<E>>,
    /// How many messages of before are wanted if there is no `since`.
    pub history: u32,
    /// The messages since this time are wanted, in milliseconds since 1970, if there is no `since`.
    pub since_time: Option<f64>,
    /// The application loads its state after the subscription, so no message that comes from then on may be left out.
    pub loads: bool,
    /// The token, if the channel needs one.
    pub token: Option<P>,
    /// The application is a member, as this user.
    pub identity: Option<Identity<P>>,
}

/// The application's identity in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity<P> {
    /// Identifies the user.
    pub user: String,
    /// The data that the other members see.
    pub data: P,
}

/// Messages of before, oldest first, with their positions if the broker numbers messages.
pub type Found<P, E> = Vec<(Option<Position<E>>, P)>;

/// The messages of before that the application asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRange<E> {
    /// At most so many, the last ones of those.
    pub limit: u32,
    /// Those before this position; [`None`] for those up to now.
    pub before: Option<Position<E>>,
}

/// An action for the caller to execute at once.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Output<P, E> {
    /// Subscribe to all of these, in one message if the protocol can. Answer each with
    /// [`Channels::handle_subscribed`](super::Channels::handle_subscribed) or
    /// [`Channels::handle_refused`](super::Channels::handle_refused).
    Subscribe(Vec<Subscription<P, E>>),
    /// End the subscription. There is no answer.
    Unsubscribe(ChannelId),
    /// Ask the [`Channels::authorizer`](super::Channels::authorizer) for a token. Answer with [`Channels::handle_token`](super::Channels::handle_token) or
    /// [`Channels::handle_no_token`](super::Channels::handle_no_token).
    Authorize(ChannelId, QuestionId),
    /// Give the broker the channel's new token.
    Renew(ChannelId, P),
    /// Fetch the messages after the position and before the offset. Answer with
    /// [`Channels::handle_history`](super::Channels::handle_history).
    Fetch {
        /// The channel.
        channel: ChannelId,
        /// The number of the question.
        question: QuestionId,
        /// The last message that is known.
        after: Position<E>,
        /// The offset of the next one that is known.
        before: u64,
    },
    /// Fetch messages of before for the application. Answer with [`Channels::handle_answer`](super::Channels::handle_answer).
    History {
        /// The number of the question.
        question: QuestionId,
        /// The channel's name. It need not be subscribed.
        name: String,
        /// The messages.
        range: HistoryRange<E>,
    },
    /// Let the [`Channels::loaders`](super::Channels::loaders) load their state. Answer with [`Channels::handle_loaded`](super::Channels::handle_loaded) or
    /// [`Channels::handle_not_loaded`](super::Channels::handle_not_loaded).
    Load(ChannelId, QuestionId),
    /// Publish. Answer with [`Channels::handle_published`](super::Channels::handle_published) if the adapter has acknowledgements.
    Publish {
        /// The publication. The same one twice if it is repeated.
        publication: PublicationId,
        /// The channel's name.
        name: String,
        /// The message.
        payload: P,
    },
}

/// An event for the caller to dispatch to the application.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<P, E> {
    /// A message.
    Message {
        /// The channel.
        channel: ChannelId,
        /// Its position, if the broker numbers messages.
        position: Option<Position<E>>,
        /// The message.
        payload: P,
        /// True if it is one of before the subscription, or was missing.
        replayed: bool,
        /// The holders that are not told, as it is in the state that they have loaded, or was dispatched to them.
        skips: Vec<HolderId>,
    },
    /// The channel is subscribed, and all messages of before have been dispatched.
    Subscribed {
        /// The channel.
        channel: ChannelId,
        /// The holder that is told, if it is one that came later.
        holder: Option<HolderId>,
        /// Says if all messages since the last one have come.
        recovered: Recovered,
        /// How many messages of before were dispatched.
        replayed: u64,
    },
    /// Messages between the two may be missing.
    Gap {
        /// The channel.
        channel: ChannelId,
        /// The last message before the gap.
        after: Option<Position<E>>,
        /// The first one after it.
        before: Option<Position<E>>,
    },
    /// The broker has refused the channel, or the application gave no token.
    Refused {
        /// The channel.
        channel: ChannelId,
        /// Why, in the adapter's words.
        reason: Option<P>,
        /// When the next attempt is made; [`None`] if none is.
        retry_in: Option<Span>,
    },
    /// A publication has arrived.
    Published {
        /// The publication.
        publication: PublicationId,
        /// Its position, if the broker says it.
        position: Option<Position<E>>,
    },
    /// A publication has failed.
    Unpublished {
        /// The publication.
        publication: PublicationId,
        /// Why.
        failure: Failure<P>,
        /// False if the broker can't have received it.
        sent: bool,
    },
    /// The messages that the application asked for, oldest first.
    History {
        /// The number of the question.
        question: QuestionId,
        /// The messages.
        messages: Found<P, E>,
    },
    /// The messages that the application asked for can't be had.
    NoHistory {
        /// The number of the question.
        question: QuestionId,
        /// Why.
        failure: Failure<P>,
    },
    /// The application has not loaded its state in time. It is asked again, and has more time.
    LoadOverdue {
        /// The channel.
        channel: ChannelId,
        /// The time that it had.
        after: Span,
    },
    /// The broker has refused the connection's login.
    LoginRefused {
        /// Why, in the broker's words.
        reason: P,
    },
    /// A member has come or gone.
    Member {
        /// The channel.
        channel: ChannelId,
        /// The user.
        user: String,
        /// The change.
        change: Change,
        /// The data that the user gave.
        data: P,
    },
}

/// Why the broker has refused a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// It may be allowed later.
    Temporary,
    /// The token has expired. Another one is asked for.
    Expired,
    /// It is forbidden. [`Channels::retry`](super::Channels::retry) tries again.
    Final,
}

/// Why a publication or a question has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure<P> {
    /// The connection was lost. The broker may have it.
    Lost,
    /// The request that carried it has failed, for this reason. The broker may have it.
    Failed(P),
    /// There was no acknowledgement in time.
    TimedOut,
    /// Too many wait for a connection.
    Full,
    /// The broker has refused it, with this reason.
    Refused(P),
}

/// A change of a channel's members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// A user has come.
    Join,
    /// A user has left, or has not come back in time.
    Leave,
    /// The last connection of a user is lost.
    Timeout,
    /// A user whose connection was lost is back.
    Back,
}
