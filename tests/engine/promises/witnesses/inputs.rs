//! Everything that can be told to the engine, in any order, on any clock.

use holdfast_ws::engine::{Close, Config, Signal, Span};

/// Whose input it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Who {
    /// The connection, or the question, that counts.
    Current,
    /// The one so many before the last.
    Before(u32),
    /// One that may not have been numbered yet.
    Number(u32),
}

/// One step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input {
    /// The clock goes on.
    Pass(Span),
    /// The clock runs backwards.
    Back(Span),
    /// The clock jumps to its end.
    Leap,
    /// The caller looks at its timer, whether or not it has come.
    Tick,
    /// The timer comes, so much too late.
    Due(Span),
    /// The application is told what is to be told, if that was put off.
    Tell,
    Send(u64),
    /// The application takes a number for a request, and uses it later.
    Number,
    /// It makes one: bytes, timeout, and whether it may run twice.
    Ask(u64, Span, bool),
    /// It makes one under a number that it has used already.
    AskTwice(u32, u64, Span),
    /// It makes one for this connection alone: bytes and timeout.
    AskOn(Who, u64, Span),
    /// It sends on this connection or not at all.
    SendOn(Who),
    /// A reply to the request of about this number comes, or a part of one.
    Reply(u32, bool),
    /// The application no longer waits.
    Abort(u32),
    Drain,
    Close,
    Connect,
    Reconnect,
    /// The application answers the question that it was asked last, or one so many numbers before.
    Decision(u32, bool),
    Signal(Signal),
    Opened(Who),
    Authenticated(Who),
    Rejected(Who),
    Heard(Who, bool),
    Closing(Who),
    Closed(Who, Close),
    Refused(Who),
    Erred(Who),
    Resolved(Who),
    Unresolved(Who),
    Pinged(Who),
    Buffered(Who, u64),
    /// The caller says whether this connection is idle, asked or not.
    Idle(Who, bool),
    /// A connection that was abandoned has closed, if one was yet to.
    Gone,
}

/// A configuration, a seed, what the caller is like, and what happens.
#[derive(Debug, Clone)]
pub(crate) struct Sequence {
    pub(crate) config: Config,
    pub(crate) seed: u64,
    pub(crate) starts: f64,
    /// True if events are dispatched at once.
    pub(crate) tells_at_once: bool,
    /// True if the caller reports at once, and correctly, whether a connection is idle.
    pub(crate) answers_at_once: bool,
    /// True if abandoned connections are known to be closing; `closing` of them are from the start.
    pub(crate) lingers: bool,
    pub(crate) closing: u32,
    pub(crate) inputs: Vec<Input>,
}
