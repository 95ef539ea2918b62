/** The options of a socket, and the functions among them. */
import type { ClosedEvent } from './events';
import type { Anything, Data, Protocol } from './messages';
import type { RequestOptions, RequestSettings, StandardSchema } from './requests';

/** The argument of a URL or protocols function. */
export interface ProviderInfo<Token = Anything> {
  /** The number of the attempt; 0 for the very first. */
  readonly attempt: number;
  /** The last `close` event; `null` before the first one. */
  readonly lastClose: ClosedEvent | null;
  /** The last token that the option `resume` returned; `undefined` before the first. */
  readonly resume: Token | undefined;
}

/**
 * The URL to connect to. A string or `URL` is checked at once, as by the browser's class. A relative URL is relative to the page.
 * A function is called before each attempt, for a fresh token for example. If it throws or rejects, the attempt has failed. The error
 * is reported as a listener's exception is: once, until a different error is thrown.
 */
export type Target<Token = Anything> = string | URL | ((info: ProviderInfo<Token>) => string | URL | Promise<string | URL>);

/** Subprotocols to offer, or a function that returns them, called before each attempt. */
export type Protocols<Token = Anything> =
  | string
  | readonly string[]
  | ((info: ProviderInfo<Token>) => ProtocolList | Promise<ProtocolList>);

/** The result of a protocols function. With nothing, no subprotocol is offered. */
type ProtocolList = string | readonly string[] | null | undefined | false;

/**
 * When to reconnect (backoff). The first delay is random, between `minDelay / 2` and `minDelay`. From the second on, the n-th delay in a
 * row is between 3/8 and all of `min(maxDelay, minDelay * factor ** n)`, and never below `minDelay / 2`.
 */
export interface ReconnectOptions {
  /** The longest first delay, in milliseconds. Default 500. */
  minDelay?: number | undefined;
  /** The longest delay of the backoff, in milliseconds. A server may ask for more. Default 8000. */
  maxDelay?: number | undefined;
  /** How fast the delays grow. Default 2. */
  factor?: number | undefined;
  /** It is over after this many failures in a row. A connection that didn't last for `stableAfter` counts. Default `Infinity`. */
  maxAttempts?: number | undefined;
  /** Milliseconds after which an attempt is abandoned, the time of a URL function included. Default 10000. */
  connectTimeout?: number | undefined;
  /** Milliseconds that a connection must last before the delays start over. Default 5000. */
  stableAfter?: number | undefined;
  /**
   * `false`: keeps a connection that was silent for the last 10 s of a hidden page's time. Otherwise it is replaced when the page is
   * visible again, unless a request is pending. Only without a heartbeat. Default `true`.
   */
  onWake?: boolean | undefined;
  /**
   * Returns true if another attempt is to follow. Called each time a connection or an attempt ends, except after your own `close()` or `reconnect()`
   * and once `maxAttempts` have failed. `event.willReconnect` is the answer without this function: false after 1000 and other final codes. If
   * the function throws, the error is reported and `event.willReconnect` decides.
   */
  shouldReconnect?: ((event: CloseEvent & { readonly willReconnect: boolean }, attempt: number) => boolean) | undefined;
}

/** How to detect a dead connection. The server must answer the pings. */
export interface HeartbeatOptions {
  /** Milliseconds of silence before a ping. Default 25000. */
  interval?: number | undefined;
  /** Milliseconds to wait for the answer. Then the connection is abandoned. Default 10000. */
  timeout?: number | undefined;
  /** The ping, or a function that returns it. Nothing is sent if it returns nothing. Default `'ping'`. */
  ping?: string | ArrayBuffer | (() => string | ArrayBuffer | undefined) | undefined;
  /**
   * The answer: the whole message, or a function that recognises it. Answers aren't delivered as `message`. Without it, any message
   * counts as an answer, and all are delivered.
   */
  pong?: string | ((data: unknown) => boolean) | undefined;
}

/** The limits of the queue, in which messages wait while there is no connection. When it is full, `send()` throws. */
export interface QueueOptions {
  /** The number of messages. Default 1024. */
  maxMessages?: number | undefined;
  /** Bytes, text counted as UTF-8. Default 1 MiB. */
  maxBytes?: number | undefined;
  /** Milliseconds. A message that has waited this long is dropped, and reported by an `expired` event. Default `Infinity`. */
  maxAge?: number | undefined;
}

/** One connection, as `authenticate` gets it: open, and not used for anything else yet. Once it has ended, nothing is sent any more. */
export interface Line {
  /**
   * Like `ws.request()`, but on this connection only: it never waits, and `retry` has no effect. Rejects with
   * `InvalidStateError` (DOMException) if the connection has ended, and with a `ConnectionLostError` if it ends before the reply.
   */
  request<Output>(payload: unknown, options: RequestOptions & { schema: StandardSchema<Output> }): Promise<Output>;
  request(payload: unknown, options?: RequestOptions): Promise<Anything>;
  /** Sends on this connection. @throws `InvalidStateError` (DOMException) if it has ended. */
  send(data: Data): void;
}

/** How a hidden page treats its connection. It connects again when it is visible. */
export interface HiddenOptions {
  /**
   * Milliseconds after which a hidden page closes its connection: `close` with the reason `hidden`, and `willReconnect`. `status`
   * becomes `waiting`, and `retryAt` is `null`. While a request is pending, a call from the server is being answered, or something is
   * still to be sent, the connection stays; it closes as soon as that is done. The next attempt, with the cause `hidden`, is made when the
   * page is visible, when something is sent, or by `reconnect()`. Default `Infinity`: never.
   */
  closeAfter?: number | undefined;
  /**
   * `false`: no attempt is made while the page is hidden, except by `reconnect()`. Attempts and messages wait until the page is
   * visible. An attempt under way goes on. Default `true`.
   */
  dial?: boolean | undefined;
}

/** Unknown keys and impossible values throw a `TypeError` that names the option and what it takes. */
export interface Options<Token = Anything, Chosen extends Protocol | undefined = Protocol> {
  /** `false`: one connection, exactly as the browser's class. Default `{}`. */
  reconnect?: boolean | ReconnectOptions | undefined;
  /** How to detect a dead connection; `true` for the defaults. Default `false`. */
  heartbeat?: boolean | HeartbeatOptions | undefined;
  /** `false`: `send()` throws while there is no connection. Default `{}`. */
  queue?: boolean | QueueOptions | undefined;
  /** How requests look, and their timeout. Default `{}`. */
  request?: RequestSettings<Chosen> | undefined;
  /**
   * Called with each connection that opens, before anything else is sent on it: to log in by a first message, for example. Its promise
   * is awaited, within `connectTimeout`; `readyState` stays CONNECTING meanwhile. Then the queue is sent, and `open` fires. Messages that
   * come before are delivered as usual. If it throws or rejects, the connection is closed and the attempt has failed. The
   * exception is reported as a listener's is. To end it for good, call `close()` in it.
   */
  authenticate?: ((connection: Line, info: ProviderInfo<Token>) => unknown) | undefined;
  /**
   * Returns the position in the server's stream from a message: its number, a cursor, an event id. The URL and protocols functions and
   * `authenticate` get the last token as `info.resume`, so that the next connection can resume from there.
   *
   * Called for each message before its listeners. `undefined` keeps the last token. Not called for replies, for the heartbeat's
   * answers, or while there is no `message` listener. If it throws, the exception is reported as a listener's is, and the last token is
   * kept.
   */
  resume?: ((event: MessageEvent) => Token | undefined) | undefined;
  /**
   * `false`: no worker. Otherwise a small worker, one for all sockets, keeps time while the page is hidden and something is due. Without
   * it the browser lets the timers of a hidden page fire once a second, then once a minute. A policy that forbids workers from `blob:`
   * is no error. Default `true`.
   */
  backgroundTimer?: boolean | undefined;
  /** How a hidden page treats its connection. Not with `reconnect: false`. Default `{}`: nothing. */
  hidden?: HiddenOptions | undefined;
  /**
   * `true`: the browser asks the user before they leave the page while `unsentCount` isn't 0. `beforeunload` is listened to only then,
   * because in Firefox that keeps the page out of the back/forward cache. Browsers ask only if the user has interacted with the page.
   * Default `false`.
   */
  guardUnload?: boolean | undefined;
  /** Milliseconds without a message from the server after which the connection is abandoned. Off by default. */
  idleTimeout?: number | undefined;
  /** Milliseconds without progress of the data being sent, after which the connection is abandoned. Off by default. */
  stallTimeout?: number | undefined;
}
