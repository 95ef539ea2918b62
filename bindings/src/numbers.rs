//! The numbers that the bindings share with the JavaScript wrapper. `pkg-template/src/core/numbers.ts` has the same enums, and
//! `xtask/tests/numbers.rs` compares the two.

/// An enum that JavaScript gives as a number: its variants are numbered from 0.
macro_rules! numbered {
    ($(#[$about:meta])* enum $name:ident { $($(#[$doc:meta])* $variant:ident,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy)]
        #[repr(u32)]
        pub(super) enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            pub(super) fn from_number(number: u32) -> Option<Self> {
                match number {
                    $(number if number == Self::$variant as u32 => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

numbered! {
    /// The operations of [`Core::call`](super::Core::call). Those without a comment read the value that they name.
    enum Op {
        ReadyState,
        BufferedAmount,
        RetryAt,
        /// True if a message would be sent at once.
        CanSend,
        /// Shows every message to the host's `_routeReply`, or no longer.
        Inspect,
        /// A number for a request, never the same twice.
        RequestId,
        Status,
        Attempt,
        Latency,
        /// One of the last round trips, by its index; NaN beyond them.
        RoundTrip,
        Connections,
        Attempts,
        Sent,
        Received,
        Pings,
        Pongs,
        QueuedMessages,
        QueuedBytes,
        Unsent,
        DeadConnections,
        LateReplies,
        PendingRequests,
        /// A signal of the page: a [`PageSignal`], and the number of messages that have bypassed the core.
        Signal,
        /// The application closes. 1: the native socket ended within its own `close()`, so no event of it will come.
        Close,
        Reconnect,
        /// The answer to the host's `_resolveUrl`: its id, and 1 if there is a URL to dial.
        Provided,
        /// The answer to the host's `_authenticate`: the connection, and 1 if it is authenticated. If not, returns 1 if the answer was
        /// awaited.
        Authenticated,
        /// A reply to a request, and 1 if it is its last part. Returns a `Reply` of the engine.
        Reply,
        /// Gives up a request and takes it out of the queue. Returns 1 if it was pending.
        Abort,
        /// Calls the host's `_onDrain` once, shortly.
        WatchDrain,
        /// The timer has fired.
        Alarm,
        /// Dispatches the events that wait for the timer. Returns 1 if there were any.
        DispatchPending,
        /// An abandoned connection has closed.
        AbandonedClosed,
        /// Starts the first attempt. Returns 0 if it could not be made.
        Start,
        /// Sends a payload of so many bytes, or keeps it until a connection is open. A payload above 0 is a request's of that number,
        /// whose `timeout` (ms) begins. Its `route` is [`ANY`], [`RETRY`], or the only connection that it may be sent on. Returns a
        /// [`SendResult`].
        Send,
        /// A connection is open: its id.
        Opened,
        /// A message has come on a connection.
        Message,
        /// A connection has failed.
        Failed,
        /// A connection has ended, with this code.
        Closed,
    }
}

numbered! {
    /// The signals of the page.
    enum PageSignal {
        Online,
        Offline,
        Wake,
        Hidden,
        Leaving,
        Left,
        /// The page is visible again, as was found within a call of the application's.
        FoundVisible,
        Restored,
    }
}

/// The route of a message that any connection may take; it is sent once.
pub(super) const ANY: i32 = 0;
/// The route of a request that is sent again on the next connection if its own ends before the reply.
pub(super) const RETRY: i32 = -1;

/// The results of [`Op::Send`].
#[derive(Clone, Copy)]
pub(super) enum SendResult {
    Taken,
    NotOpen,
    Full,
    /// It came after the end, and is dropped.
    Discarded,
}

/// The aspects of messages that are still examined while messages bypass the core. 0 for no bypass.
#[derive(Clone, Copy)]
pub(super) enum BypassMode {
    On = 1,
    Time = 2,
    Replies = 4,
}

/// The index of each option in the wrapper's list of numbers.
#[derive(Clone, Copy)]
pub(super) enum OptionIndex {
    Reconnect,
    MinDelay,
    MaxDelay,
    Factor,
    MaxAttempts,
    ConnectTimeout,
    StableAfter,
    /// There is a `shouldReconnect`.
    AsksToReconnect,
    Heartbeat,
    HeartbeatInterval,
    HeartbeatTimeout,
    /// There is a `pong`.
    MatchesPong,
    Queue,
    MaxMessages,
    MaxBytes,
    IdleTimeout,
    StallTimeout,
    /// There is an `authenticate`.
    Authenticates,
    /// A function gives the URL.
    Resolves,
    MaxAge,
    OnWake,
    CloseAfter,
    DialHidden,
}
