//! Outputs, which the caller executes at once, and events, which it dispatches to the application.

use super::cause::{CloseCause, RetryCause};
use super::close::Close;
use super::ids::{ConnectionId, DecisionId, RequestId, ResolveId};
use super::instant::{Instant, Span};
use super::state::Status;

/// An action for the caller to execute at once.
#[derive(Debug, PartialEq, Eq)]
pub enum Output<P> {
    /// Resolve the URL. Answer with [`Engine::handle_resolved`](super::Engine::handle_resolved) or
    /// [`Engine::handle_unresolved`](super::Engine::handle_unresolved).
    Resolve(ResolveId),
    /// Open a connection under this id.
    Dial(ConnectionId),
    /// Send a message on the connection.
    Transmit(ConnectionId, P),
    /// The queue is empty. Until the socket leaves OPEN, messages may be sent without calling the engine.
    ///
    /// The permission expires at the given time, which may be [`Instant::NEVER`], and with [`Output::RevokeDirectSend`]. After that time the caller
    /// reports the next message with [`Engine::handle_inactivity`](super::Engine::handle_inactivity), and the end of the permission with
    /// [`Engine::handle_direct_expired`](super::Engine::handle_direct_expired). It is never given while
    /// [`Engine::needs_buffered_amount`](super::Engine::needs_buffered_amount).
    AllowDirectSend(ConnectionId, Instant),
    /// Messages go through the engine again. This output is omitted for a connection that was closed or abandoned.
    RevokeDirectSend(ConnectionId),
    /// Send a ping. Answer with [`Engine::handle_ping_sent`](super::Engine::handle_ping_sent) once it is sent, or with
    /// [`Engine::handle_no_ping`](super::Engine::handle_no_ping) if the application has none.
    Ping(ConnectionId),
    /// Read `bufferedAmount`. Answer with [`Engine::handle_buffered_amount`](super::Engine::handle_buffered_amount).
    ReadBufferedAmount(ConnectionId),
    /// Check whether the connection is in use. Answer with [`Engine::handle_idle`](super::Engine::handle_idle).
    CheckIdle(ConnectionId),
    /// Start the closing handshake, with the code and reason that the application gave.
    Close(ConnectionId),
    /// Abandon the connection: remove its listeners and close it in the background. The engine ignores all its input except
    /// [`Engine::handle_lingering`](super::Engine::handle_lingering) and
    /// [`Engine::handle_linger_ended`](super::Engine::handle_linger_ended).
    Abandon(ConnectionId),
}

/// An event for the caller to dispatch to the application.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<P> {
    /// The connection is open and must be authenticated before messages are sent. Answer with
    /// [`Engine::handle_authenticated`](super::Engine::handle_authenticated) or
    /// [`Engine::handle_rejected`](super::Engine::handle_rejected).
    Authenticate(ConnectionId),
    /// The connection is open.
    Open(ConnectionId),
    /// An `error` event is due; a [`Event::Close`] follows. An error that the browser reports is dispatched without this event, unless it
    /// was held back because the page was being left.
    Error,
    /// The application decides whether another attempt follows. Answer with
    /// [`Engine::handle_decision`](super::Engine::handle_decision).
    ShouldReconnect {
        /// The id for the answer.
        id: DecisionId,
        /// How the connection ended.
        close: Close,
        /// The number of the next attempt.
        attempt: u32,
        /// Why the connection ended.
        cause: CloseCause,
        /// The connection, if there was one.
        connection: Option<ConnectionId>,
        /// True if the [close code](Close::is_final) allows another attempt: the default answer.
        would_reconnect: bool,
    },
    /// A connection has ended, or the last attempt has.
    Close {
        /// How it ended.
        close: Close,
        /// Why it ended.
        cause: CloseCause,
        /// The connection, if there was one.
        connection: Option<ConnectionId>,
        /// True if another attempt follows.
        will_reconnect: bool,
    },
    /// An accepted message will never be sent. After all of these comes the [`Event::Close`] or [`Event::Expired`] that says why.
    Unsent(P),
    /// The messages just [reported](Event::Unsent) were dropped because they waited in the queue for longer than
    /// [`max_age`](super::QueueLimits::max_age).
    Expired,
    /// An attempt was scheduled or moved.
    ///
    /// This event is omitted when [`Engine::reconnect`](super::Engine::reconnect) replaces its own attempt under way.
    Reconnecting {
        /// The number of the attempt: 1 for the first one after a stable connection.
        attempt: u32,
        /// The time from this event until the attempt.
        delay: Span,
        /// Why the attempt is made.
        cause: RetryCause,
    },
    /// A request failed without a reply.
    Failed {
        /// The request.
        id: RequestId,
        /// Why it failed.
        failure: Failure,
        /// False if it never left the queue, so the server can't have received it.
        sent: bool,
    },
    /// Buffered messages may have been sent; requested by [`Engine::watch_drain`](super::Engine::watch_drain).
    Drain,
    /// The status has changed. Changes are reported once, in order; the status may have changed again since.
    Status(Status),
}

/// Why a request failed without a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Failure {
    /// No reply came within the timeout.
    TimedOut = 0,
    /// Its connection ended, or the socket closed for good.
    Lost = 1,
}
