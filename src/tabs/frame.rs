//! The frames that tabs post to each other.
//!
//! There are two kinds of channels. All tabs are on the *common* channel. Each tab also has a channel with its name, on which there are
//! that tab and the hub alone: so a message isn't copied for those whom it does not concern. Frames of one channel arrive in the order
//! in which they were posted, also those of different tabs. Frames of different channels may overtake each other.

use alloc::vec::Vec;

use crate::engine::Failure;

use super::ids::{Mark, RequestNumber, TabId, Term};
use super::request::Request;

/// A frame, and the channel that it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Frame<P, T> {
    /// On the common channel.
    Common(TabId, Common<P, T>),
    /// On the channel of this tab, from the hub.
    Down(TabId, Term, Down<P, T>),
    /// On the channel of this tab, to the hub.
    Up(TabId, Term, Up<P, T>),
    /// On the channel of this tab, from itself to itself. In a browser it takes a second `BroadcastChannel` of the same name.
    Fence(TabId, Fence),
}

/// Why a tab posts to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fence {
    /// It joins when this comes: whatever was posted to it before has come then.
    Join,
    /// As the hub of this term, it hands over the messages up to this one when this comes: whatever it has posted before has left its page
    /// then.
    Announced(Term, u64),
}

/// Frames on the common channel.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Common<P, T> {
    /// The sender holds the lock and will be the hub: how far has everybody read? The number is for the answers.
    RollCall(u32),
    /// The answer to [`Common::RollCall`].
    Present {
        /// The tab that asked, and the number of its question. Answers to an earlier one may still be on their way.
        to: (TabId, u32),
        /// The latest term that the sender has heard of.
        known: Term,
        /// How far it has read.
        mark: Mark<T>,
        /// The last message that was handed over of each tab that is away.
        handed: Vec<Handed>,
    },
    /// The sender is the hub of this term, or has heard of it and hears a hub of an earlier one.
    Lead(Term),
    /// The sender wants to be attached to the hub.
    Join {
        /// The number of this request. Only the answer to the latest counts.
        ticket: u64,
        /// How far the sender has read.
        mark: Mark<T>,
        /// The term in which its messages were numbered last, and how often its page has been away.
        numbered_in: Option<(Term, u32)>,
    },
    /// The sender's page goes where no frame reaches it, for the time with this number. It is on the channel of [`Common::Join`], so that
    /// neither overtakes the other.
    Away(u32),
    /// This tab is away: no more than this was handed over of what it sent.
    Handed(Handed),
    /// The sender has left for good.
    Leave,
    /// The connection is closed for all tabs, as the payload says.
    End(P),
    /// The sender's page, which has just said to go away, is gone for good. What it has sent stays.
    Unload,
}

/// How much of what a tab sent a hub has begun to hand over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handed {
    /// The tab.
    pub tab: TabId,
    /// The term in which its messages had these numbers.
    pub term: Term,
    /// How often its page has been away.
    pub away: u32,
    /// The number of the last one.
    pub upto: u64,
}

/// Frames of the hub to one tab.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Down<P, T> {
    /// The tab is attached. What it sends is numbered from 1 in each term.
    Welcome {
        /// The number of the request that this answers.
        ticket: u64,
        /// The number of the last message that the hub has got from this tab.
        taken: u64,
        /// The number of the last one that it has begun to hand over.
        handed: u64,
        /// The number of the last one that was handed over in the earlier term that the tab named, if that is known.
        before: Option<u64>,
        /// True if the tab may have missed messages.
        gap: bool,
        /// The place at which the tab begins to read.
        mark: Mark<T>,
        /// The state of the connection, as the hub's caller has described it last.
        state: Option<P>,
    },
    /// The rest are numbered, from 1 after each welcome.
    Numbered(u64, Numbered<P, T>),
    /// Messages up to this number are about to be handed to the connection.
    Handing(u64),
    /// The hub is alive.
    Here,
    /// The tab must join again: it had too much to catch up with, or the hub has forgotten it.
    JoinAgain,
    /// So many bytes of what was handed over are in the connection's own buffer.
    Buffered(u64),
}

/// Frames of the hub whose loss must be noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Numbered<P, T> {
    /// A message of the server.
    Message(Message<P, T>),
    /// The state of the connection has changed.
    State(P),
    /// Messages may be missing here.
    Gap,
    /// A reply to a request of this tab.
    Reply {
        /// The request.
        request: RequestNumber,
        /// The reply.
        payload: P,
        /// False if more parts follow.
        last: bool,
    },
    /// A request of this tab has failed.
    Failed {
        /// The request.
        request: RequestNumber,
        /// Why.
        failure: Failure,
        /// False if the server can't have received it.
        sent: bool,
    },
}

/// A message of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<P, T> {
    /// Its number in the term.
    pub seq: u64,
    /// The message.
    pub payload: P,
    /// The resume token that it brings.
    pub token: Option<T>,
    /// Set if it is a call of the server: the tab that answers. The others only count it.
    pub only: Option<TabId>,
}

/// Frames of a tab to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Up<P, T> {
    /// A message for the server.
    Send {
        /// Its number.
        number: u64,
        /// The message.
        payload: P,
        /// Set if it is a request.
        request: Option<Ask>,
    },
    /// The request is no longer wanted.
    Abort(RequestNumber),
    /// Numbered frames up to this one have arrived.
    Acknowledge(u64),
    /// Is the hub alive?
    Question,
    /// The tab answers these calls of the server, and it is visible or not. Replaces what it has said before.
    Handles {
        /// The names of the methods.
        methods: Vec<T>,
        /// The page's visibility.
        visible: bool,
    },
}

/// A request, as the hub has to make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Its number.
    pub number: RequestNumber,
    /// The request, with the time that is left for it.
    pub request: Request,
}
