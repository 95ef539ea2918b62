/** The states of a socket, and its events. */

/**
 * The state of a socket.
 *
 * - `connecting`: an attempt is under way, or the URL function is running.
 * - `open`: the connection is open.
 * - `waiting`: the next attempt is planned, at `retryAt`.
 * - `offline`: like `waiting`, but the browser says that there is no network. Attempts are rare until it says otherwise.
 * - `closing`: `close()` was called, and the server hasn't answered yet.
 * - `closed`: it is over. `reconnect()` starts again.
 */
export type Status = 'connecting' | 'open' | 'waiting' | 'offline' | 'closing' | 'closed';

/**
 * Why another attempt is made.
 *
 * - `closed`: the server or the network ended an open connection.
 * - `failed`: an attempt didn't succeed, or the URL function returned no URL.
 * - `connect-timeout`: an attempt took longer than `connectTimeout`.
 * - `heartbeat`: no answer to a ping in time.
 * - `idle`: nothing was received for `idleTimeout`.
 * - `stalled`: none of the data being sent moved for `stallTimeout`.
 * - `manual`: `reconnect()` was called.
 * - `online`: the network or the page came back, so the attempt is made sooner.
 * - `wake`: the page is visible again, and nothing was received for the last 10 s or more while it was hidden.
 * - `hidden`: the connection was closed because the page was hidden for `hidden.closeAfter`.
 */
export type Cause =
  | 'closed'
  | 'failed'
  | 'connect-timeout'
  | 'heartbeat'
  | 'idle'
  | 'stalled'
  | 'manual'
  | 'online'
  | 'wake'
  | 'hidden';

/** `close`: a connection or an attempt has ended. The browser's `CloseEvent` with two more fields, absent with `reconnect: false`. */
export interface ClosedEvent extends CloseEvent {
  /** True if another attempt follows. False if it is over; then `readyState` is CLOSED. */
  readonly willReconnect: boolean;
  /** The accepted messages that can no longer be sent, in order. Binary ones are copies, as `ArrayBuffer`. */
  readonly unsent: readonly (string | ArrayBuffer | Blob)[];
}

/** `expired`: messages waited in the queue for longer than `queue.maxAge`, and were dropped. */
export interface ExpiredEvent extends Event {
  /** The dropped messages, in order. Binary ones are copies, as `ArrayBuffer`. */
  readonly unsent: readonly (string | ArrayBuffer | Blob)[];
}

/** `reconnecting`: an attempt is planned, or the planned one has been moved. */
export interface ReconnectingEvent extends Event {
  /** The number of the next attempt; 1 after a stable connection. */
  readonly attempt: number;
  /** Milliseconds until the attempt is made. */
  readonly delay: number;
  /** Why it is made. */
  readonly cause: Cause;
}

/** `error`: an attempt has failed, or the browser reports an error. */
export interface FailedEvent extends Event {
  /** The exception of a URL or protocols function or of `authenticate`, or the browser's about their result. Absent for other failures. */
  readonly error?: unknown;
}

/** `statuschange`: `status` has changed. */
export interface StatusChangeEvent extends Event {
  /** The new status. */
  readonly status: Status;
}

/** The events of a socket by their type. */
export interface WebSocketEventMap {
  open: Event;
  message: MessageEvent;
  error: FailedEvent;
  close: ClosedEvent;
  expired: ExpiredEvent;
  reconnecting: ReconnectingEvent;
  statuschange: StatusChangeEvent;
}
