//! Outputs, which the caller executes at once, and events, which it dispatches to the application.

use alloc::vec::Vec;

use crate::engine::Failure;

use super::frame::{Ask, Frame};
use super::ids::{RequestNumber, TabId};

/// An action for the caller to execute at once.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output<P, T> {
    /// Request the lock, and wait for it. Answer with [`Tab::handle_granted`](super::Tab::handle_granted), and with
    /// [`Tab::handle_stolen`](super::Tab::handle_stolen) when it is taken away.
    RequestLock,
    /// Withdraw the request for the lock, and take the lock away from whoever holds it. Answer as above.
    StealLock,
    /// Give the lock back, or withdraw the request for it.
    ReleaseLock,
    /// Look up who holds the lock. Answer with [`Tab::handle_holder`](super::Tab::handle_holder).
    QueryLock,
    /// Post the frame on its channel.
    Post(Frame<P, T>),
    /// Open the connection, and resume from this token. It may come again before the connection has opened, and replaces that.
    ///
    /// Answer with [`Tab::handle_ready`](super::Tab::handle_ready) and the rest of what it does.
    OpenConnection(Option<T>),
    /// Abandon the connection, without sending anything on it.
    DropConnection,
    /// Close the connection, as the payload says if there is one.
    CloseConnection(Option<P>),
    /// Hand this message to the connection.
    Hand {
        /// The tab that sent it.
        tab: TabId,
        /// The message.
        payload: P,
        /// Set if it is a request. If it isn't, and [`Tab::awaits_answers`](super::Tab::awaits_answers), ask
        /// [`Tab::admits_answer`](super::Tab::admits_answer) before an answer to a call of the server is handed over, also if the tab is the
        /// hub no longer.
        request: Option<Ask>,
    },
    /// Tell the server that this request, which was handed over, has been given up: its tab is gone, and can't. A reply may still come.
    Cancel {
        /// Its number in the application's protocol.
        wire: u64,
        /// How its reply is recognised.
        kind: u32,
    },
    /// Answer the call of the server with this number: there is no such method.
    Refuse(T),
    /// Read whether the connection would send a message at once, or keep it for later: because it may be dead, or is about to end. Answer
    /// with [`Tab::handle_sendable`](super::Tab::handle_sendable). Comes before messages are handed over, and again while it keeps them.
    ReadSendable,
    /// Read how many bytes are in the connection's buffer. Answer with [`Tab::handle_buffered`](super::Tab::handle_buffered).
    ReadBuffered,
    /// Watch for the end of this tab, if that isn't watched for. Answer with [`Tab::handle_gone`](super::Tab::handle_gone), which ends it.
    /// [`Output::DropConnection`] and [`Output::CloseConnection`] end it for all tabs.
    Watch(TabId),
    /// Watch for the end of this tab no longer, and close its channel: what it has posted there goes no further, also if that is on its way.
    Unwatch(TabId),
    /// Look up whether this tab is there. Answer with [`Tab::handle_presence`](super::Tab::handle_presence).
    LookUp(TabId),
}

/// An event for the caller to dispatch to the application.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<P> {
    /// The tab has another role.
    Role(Role),
    /// The hub is gone. For the application the connection is lost, and another attempt follows.
    Lost,
    /// The connection's state has changed, or the tab has joined.
    State {
        /// The state, as the hub's caller has described it.
        state: P,
        /// True if the tab has joined, and has missed what was said at the connection's beginning if that is open.
        late: bool,
    },
    /// A message of the server.
    Message(P),
    /// Messages may be missing here.
    Gap,
    /// These may have been handed over or not, and are not sent again: the page was away when its hub was lost.
    Uncertain(Vec<P>),
    /// A reply to a request.
    Reply {
        /// The request.
        request: RequestNumber,
        /// The reply.
        payload: P,
        /// False if more parts follow.
        last: bool,
    },
    /// A request has failed.
    Failed {
        /// The request.
        request: RequestNumber,
        /// Why.
        failure: Failure,
        /// False if the server can't have received it.
        sent: bool,
    },
    /// The tab has left. Nothing follows.
    Ended {
        /// The payload of the tab that closed the connection for all, if one did.
        everyone: Option<P>,
        /// The messages that were sent and never handed over, in order.
        unsent: Vec<P>,
    },
}

/// The role of a tab among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// It holds the connection.
    Leader,
    /// Another tab holds the connection, or none does yet.
    Follower,
}
