/**
 * The numbers that the wrapper shares with the core. `bindings/src/numbers.rs` and the engine have the same enums;
 * `xtask/tests/numbers.rs` compares the two sides.
 */

/** The operations of `core._call(op, subject, value)`. Those without a comment read the value that they name; NaN stands for none. */
export enum Op {
  ReadyState,
  BufferedAmount,
  RetryAt,
  /** True if a message would be sent at once; if not, the core is given a copy. */
  CanSend,
  /** Shows every message to `Host._routeReply`, even while no request is pending; `value` 0: no longer. */
  Inspect,
  /** A number for a request, never the same twice. */
  RequestId,
  Status,
  Attempt,
  Latency,
  /** One of the last round trips, by its index; NaN beyond them. */
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
  /** A signal of the page (`PageSignal` in `page.ts`), and the number of messages that have bypassed the core. */
  Signal,
  /** The application closes; called after the native socket's `close()`. `value` 1: it ended within that call. */
  Close,
  Reconnect,
  /** The answer to `Host._resolveUrl`: its id, and 1 if there is a URL to dial. */
  Provided,
  /** The answer to `Host._authenticate`: the connection, and 1 if it is authenticated. If not, returns 1 if the answer was awaited. */
  Authenticated,
  /** A reply to a request, and 1 if it is its last part; else the timeout starts over. Returns a `ReplyMatch`. */
  Reply,
  /** Gives up a request and takes it out of the queue. Returns 1 if it was pending. */
  Abort,
  /** Calls `Host._onDrain` once, shortly. */
  WatchDrain,
  /** The timer has fired. */
  Alarm,
  /** Dispatches the events that wait for the timer. Returns 1 if there were any. */
  DispatchPending,
  /** An abandoned connection has closed. */
  AbandonedClosed,
  /** Starts the first attempt. Returns 0 if it could not be made. */
  Start,
  /** Sends a payload of so many bytes: see `core._send`. */
  Send,
  /** A connection is open: its id. */
  Opened,
  /** A message has come on a connection. */
  Message,
  /** A connection has failed. */
  Failed,
  /** A connection has ended, with this code. */
  Closed,
}

/** Tells what a reply belongs to. */
export enum ReplyMatch {
  /** To a pending request. */
  Matched,
  /** To a request that has settled already; it is counted. */
  Late,
  /** To no request of ours. */
  Unknown,
}

/** Why the core gives up a request. */
export enum Failure {
  TimedOut,
  Lost,
}

/** The routes of `core._send`, if it isn't the number of a connection. */
export enum Route {
  /** Any connection, once. */
  Any = 0,
  /** Any, and again the next one if that ends before the reply. */
  Retry = -1,
}

/** The result of `core._send`. */
export enum SendResult {
  Taken,
  /** There is no open connection, and no queue; or the socket is closed. */
  NotOpen,
  Full,
  /** It came after the end, and is dropped. */
  Discarded,
}

/** The aspects of messages that are still examined while they bypass the core; `Host._bypassMode` is their sum. */
export enum BypassMode {
  On = 1,
  Time = 2,
  Replies = 4,
}

/** The index of each option in `Settings._numbers`. The defaults are in `options.ts`. */
export enum OptionIndex {
  Reconnect,
  MinDelay,
  MaxDelay,
  Factor,
  MaxAttempts,
  ConnectTimeout,
  StableAfter,
  /** There is a `shouldReconnect`. */
  AsksToReconnect,
  Heartbeat,
  HeartbeatInterval,
  HeartbeatTimeout,
  /** There is a `pong`. */
  MatchesPong,
  Queue,
  MaxMessages,
  MaxBytes,
  IdleTimeout,
  StallTimeout,
  /** There is an `authenticate`. */
  Authenticates,
  /** A function gives the URL. */
  Resolves,
  MaxAge,
  OnWake,
  CloseAfter,
  DialHidden,
  /** The wrapper's own: the core doesn't read it. */
  RequestTimeout,
}
