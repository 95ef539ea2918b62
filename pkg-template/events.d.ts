/** The states of a socket, and its events. */

/**
 * What the line is doing.
 *
 * - `connecting`: an attempt is under way, or a URL is being asked for.
 * - `open`: messages flow.
 * - `waiting`: the next attempt is planned, at `retryAt`.
 * - `offline`: as `waiting`, but the browser says that there is no network; attempts are rare until it says otherwise.
 * - `closing`: `close()` was called, the server hasn't answered yet.
 * - `closed`: it is over. `reconnect()` starts again.
 */
export type Status = 'connecting' | 'open' | 'waiting' | 'offline' | 'closing' | 'closed';

/**
 * Why another attempt is made.
 *
 * - `closed`: the server, or the network, ended the connection.
 * - `failed`: an attempt did not succeed, or the URL function had no answer.
 * - `connect-timeout`: an attempt took longer than `connectTimeout`.
 * - `heartbeat`: no answer to a ping in time.
 * - `idle`: nothing was received for `idleTimeout`.
 * - `stalled`: nothing was sent for `stallTimeout`, though there was something to send.
 * - `manual`: `reconnect()` was called.
 * - `online`: the network came back.
 * - `wake`: the page is back after it was hidden for long, and nothing was heard meanwhile.
 * - `hidden`: the connection was let go of, because the page was hidden for `hidden.closeAfter`.
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

/** The browser's `CloseEvent`, and what becomes of the socket. With `reconnect: false` it is the browser's alone. */
export interface ClosedEvent extends CloseEvent {
  /** Whether another connection will be tried. `false`: this is the end, and `readyState` is CLOSED. */
  readonly willReconnect: boolean;
  /** The messages accepted by `send()` that can no longer be sent, in order. Binary ones are copies, as `ArrayBuffer`. */
  readonly unsent: readonly (string | ArrayBuffer | Blob)[];
}

/** `expired`: messages waited in the queue for longer than `queue.maxAge` and were dropped. */
export interface ExpiredEvent extends Event {
  /** These messages, in order. Binary ones are copies, as `ArrayBuffer`. */
  readonly unsent: readonly (string | ArrayBuffer | Blob)[];
}

/** `reconnecting`: an attempt is planned, or the planned one has been moved. */
export interface ReconnectingEvent extends Event {
  /** The number of the attempt to come; 1 after a connection that lasted. */
  readonly attempt: number;
  /** The time until then, in milliseconds. */
  readonly delay: number;
  readonly cause: Cause;
}

/** `error`: a connection has failed. */
export interface FailedEvent extends Event {
  /** What a URL or protocols function or `authenticate` threw, or the browser said of what they gave; absent for other failures. */
  readonly error?: unknown;
}

/** `statuschange`: `status` has changed. */
export interface StatusChangeEvent extends Event {
  readonly status: Status;
}

export interface WebSocketEventMap {
  open: Event;
  message: MessageEvent;
  error: FailedEvent;
  close: ClosedEvent;
  expired: ExpiredEvent;
  reconnecting: ReconnectingEvent;
  statuschange: StatusChangeEvent;
}
