//! What the engine asks of its caller: outputs, to be carried out at once, and events, to be told to the application.

use alloc::vec::Vec;

use super::close::{Cause, Close};
use super::ids::{ConnectionId, DecisionId, RequestId, ResolveId};
use super::instant::{Instant, Span};
use super::state::Status;

/// Something to do at once.
#[derive(Debug, PartialEq, Eq)]
pub enum Output<P> {
    /// Ask for the URL; answer with [`Engine::handle_resolved`](super::Engine::handle_resolved) or
    /// [`Engine::handle_unresolved`](super::Engine::handle_unresolved).
    Resolve(ResolveId),
    /// Open a connection under this number.
    Dial(ConnectionId),
    /// Hand a message to the connection.
    Transmit(ConnectionId, P),
    /// The queue is empty. Messages may be handed to the connection without calling the engine, for as long as the browser calls it
    /// open: until this time, if there is one, or [`Output::RevokeDirectSend`]. After that time see
    /// [`Engine::handle_silence`](super::Engine::handle_silence). Never while transmissions are to be weighed.
    AllowDirectSend(ConnectionId, Option<Instant>),
    /// Messages to the connection go by the engine again. Not told of a connection that has been closed or abandoned.
    RevokeDirectSend(ConnectionId),
    /// Send a ping; answer with [`Engine::handle_ping_sent`](super::Engine::handle_ping_sent) once it is out, or with
    /// [`Engine::handle_no_ping`](super::Engine::handle_no_ping) if there is none to send.
    Ping(ConnectionId),
    /// Read how many bytes are yet to leave; answer with [`Engine::handle_buffered_amount`](super::Engine::handle_buffered_amount).
    ReadBufferedAmount(ConnectionId),
    /// Say whether the connection is in use; answer with [`Engine::handle_idle`](super::Engine::handle_idle).
    CheckIdle(ConnectionId),
    /// Start the closing handshake, with the code and reason the application gave.
    Close(ConnectionId),
    /// Let go of the connection: take the listeners off, close it in the background. Nothing of it may be reported any more, but for
    /// [`Engine::handle_lingering`](super::Engine::handle_lingering) and [`Engine::handle_linger_ended`](super::Engine::handle_linger_ended).
    Abandon(ConnectionId),
}

/// Something to tell the application.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<P> {
    /// The connection is open, and the application is to come to terms with the server before anything else is sent; answer
    /// with [`Engine::handle_authenticated`](super::Engine::handle_authenticated) or
    /// [`Engine::handle_rejected`](super::Engine::handle_rejected).
    Authenticate(ConnectionId),
    /// The connection is open.
    Open(ConnectionId),
    /// The attempt failed: `error`, told before its end. Never for a failure the browser reports itself.
    Error,
    /// The application decides whether another attempt follows; answer with
    /// [`Engine::handle_decision`](super::Engine::handle_decision).
    ShouldReconnect {
        /// The question's number, for the answer.
        id: DecisionId,
        /// How the connection ended.
        close: Close,
        /// The number of the attempt that would be made.
        attempt: u32,
        /// Why it ended.
        cause: Cause,
        /// Which one, if there was one.
        connection: Option<ConnectionId>,
        /// Whether another attempt would follow if nobody were asked, by the [close code](Close::is_final). The answer of an
        /// application that has none.
        would_reconnect: bool,
    },
    /// A connection has ended, or all has.
    Close {
        /// How it ended.
        close: Close,
        /// Why.
        cause: Cause,
        /// Which one, if there was one.
        connection: Option<ConnectionId>,
        /// Whether another attempt follows.
        will_reconnect: bool,
        /// What was accepted and will never be sent; empty while another attempt follows.
        unsent: Vec<P>,
    },
    /// Messages waited in the queue for longer than [`max_age`](super::QueueLimits::max_age): they were dropped.
    Expired(Vec<P>),
    /// Another attempt is planned, or the planned one has been moved. Not told of one that takes the place of another that
    /// [`Engine::reconnect`](super::Engine::reconnect) made, and that is still under way.
    Reconnecting {
        /// Its number: 1 for the first since a stable connection.
        attempt: u32,
        /// How long until it is made, from the time of the event on.
        delay: Span,
        /// Why it is made.
        cause: Cause,
    },
    /// A request will have no reply.
    Failed {
        /// Its number.
        id: RequestId,
        /// Why.
        failure: Failure,
        /// `false`: it has never left the queue, so the server knows nothing of it.
        sent: bool,
    },
    /// Some of what was to be sent may have left: see [`Engine::watch_drain`](super::Engine::watch_drain).
    Drain,
    /// The status has changed to this. Each is told once, in order; by now there may be another.
    Status(Status),
}

/// How a request ended without a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Failure {
    /// No reply came in time.
    TimedOut = 0,
    /// The connection that it was sent on, or all, has ended.
    Lost = 1,
}
