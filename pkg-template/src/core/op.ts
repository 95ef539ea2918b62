/** What `core.ask` is asked and told: the numbers of `bindings/src/numbers.rs`. NaN is what there is none of. */
export enum Ask {
  ReadyState,
  BufferedAmount,
  RetryAt,
  /** Whether a message would go out at once; if not, the core is given a copy. */
  CanSend,
  /** Whether every message is shown to `host.reply`, though nothing be pending; the second number. */
  Inspect,
  /** A number for a request, never the same twice. */
  RequestId,
  Status,
  Attempt,
  Latency,
  P50,
  P90,
  P99,
  Max,
  Connections,
  Attempts,
  Sent,
  Received,
  Pings,
  Pongs,
  QueuedMessages,
  QueuedBytes,
  Unsent,
  DeadLines,
  LateReplies,
  PendingRequests,
  /** What the page tells: see `page.ts`. */
  Signal,
  /** After the browser's socket has been closed, if there is one. */
  Close,
  Reconnect,
  /** The answer to `host.provide`: the question, and whether it is known where to dial. */
  Provided,
  /** The answer to `host.admit`: the connection, and whether it is admitted. If not, returns whether it was asked for. */
  Admit,
  /** A reply to a request, and whether it is its last part; else the timeout starts over. 0: awaited. 1: late, or repeated, and counted. 2: no request of ours. */
  Reply,
  /** Nobody waits for a reply any more; the request is taken out of the queue. Returns whether somebody did. */
  Abort,
  /** Has `host.drain` called once, shortly. */
  WatchDrain,
  /** The alarm of `page.ts` rings. */
  Ring,
  /** A connection that was abandoned has closed. */
  Gone,
}
