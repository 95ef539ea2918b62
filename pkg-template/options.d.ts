/** The options of a socket, and the functions among them. */
import type { ClosedEvent } from './events';
import type { Anything, Data, Protocol } from './messages';
import type { RequestOptions, RequestSettings, StandardSchema } from './requests';

/** What a URL or protocols function is told. */
export interface ProviderInfo<Token = Anything> {
  /** The number of the attempt that the answer is for; 0 for the first of all. */
  readonly attempt: number;
  /** How the last connection ended, or `null` before the first one. */
  readonly lastClose: ClosedEvent | null;
  /** The last token that the option `resume` gave; `undefined` before the first. */
  readonly resume: Token | undefined;
}

/**
 * Where to connect. A string or `URL` is checked at once, as by the browser's class; relative ones are relative to the page.
 * A function is asked before each attempt, for a fresh token, say. If it throws or rejects, that is a failed attempt, and reported
 * as a listener's exception is: once, until it is another.
 */
export type Target<Token = Anything> = string | URL | ((info: ProviderInfo<Token>) => string | URL | Promise<string | URL>);

/** Subprotocols to offer, or a function that is asked for them before each attempt. */
export type Protocols<Token = Anything> =
  | string
  | readonly string[]
  | ((info: ProviderInfo<Token>) => ProtocolList | Promise<ProtocolList>);

/** What a protocols function gives; nothing: none is offered. */
type ProtocolList = string | readonly string[] | null | undefined | false;

/**
 * When and how to try again. The first delay is random, between `minDelay / 2` and `minDelay`; the n-th in a row between
 * 3/8 and all of `min(maxDelay, minDelay * factor ** n)`.
 */
export interface ReconnectOptions {
  /** Milliseconds. Default 500. */
  minDelay?: number | undefined;
  /** Milliseconds. Default 8000. */
  maxDelay?: number | undefined;
  /** How fast the delays grow. Default 2. */
  factor?: number | undefined;
  /** This many failed attempts in a row are the end. Default `Infinity`. */
  maxAttempts?: number | undefined;
  /** Milliseconds. An attempt that hasn't succeeded by then is given up. Default 10000. */
  connectTimeout?: number | undefined;
  /** Milliseconds. A connection must last this long before the delays are short again. Default 5000. */
  stableAfter?: number | undefined;
  /**
   * Without a heartbeat: whether a connection that was silent while the page was hidden for 10 s or more is made anew when the page is
   * seen again. Not while a request is pending. Default `true`.
   */
  onWake?: boolean | undefined;
  /**
   * Called at each end but that of your own `close()`: whether another attempt follows. `event.willReconnect` says whether one
   * would without this function: not after 1000 and other final codes. If it throws, the error is reported and that is the answer.
   * Not called once `maxAttempts` have failed.
   */
  shouldReconnect?: ((event: CloseEvent & { readonly willReconnect: boolean }, attempt: number) => boolean) | undefined;
}

/** How to find out that a line is dead. It needs a server that answers. */
export interface HeartbeatOptions {
  /** Milliseconds of silence before a ping. Default 25000. */
  interval?: number | undefined;
  /** Milliseconds for an answer; then the connection is given up. Default 10000. */
  timeout?: number | undefined;
  /** The message to send, or a function that makes it; nothing is sent if it gives nothing. Default `'ping'`. */
  ping?: string | ArrayBuffer | (() => string | ArrayBuffer | undefined) | undefined;
  /**
   * What an answer looks like. Answers aren't delivered as `message`. Without it, any message will do as a sign of life, and
   * all are delivered.
   */
  pong?: string | ((data: unknown) => boolean) | undefined;
}

/** How much `send()` keeps while there is no connection. When it is full, `send()` throws. */
export interface QueueOptions {
  /** Default 1024. */
  maxMessages?: number | undefined;
  /** Bytes, text counted as UTF-8. Default 1 MiB. */
  maxBytes?: number | undefined;
  /** Milliseconds. A message that has waited this long is dropped, and told of in an `expired` event. Default `Infinity`. */
  maxAge?: number | undefined;
}

/** One connection, which has opened and isn't used for anything else yet. Once it has ended, nothing goes out any more. */
export interface Line {
  /**
   * As `ws.request()`, but on this connection or not at all: it never waits, and `retry` has no effect. Rejects with
   * `InvalidStateError` (DOMException) if the connection has ended, and with a `ConnectionLostError` if it ends before the reply.
   */
  request<Output>(payload: unknown, options: RequestOptions & { schema: StandardSchema<Output> }): Promise<Output>;
  request(payload: unknown, options?: RequestOptions): Promise<Anything>;
  /** Sends on this connection. @throws `InvalidStateError` (DOMException) if it has ended. */
  send(data: Data): void;
}

/** What a hidden page does with its connection. It has the connection back when it is seen. */
export interface HiddenOptions {
  /**
   * Milliseconds. A connection is let go of when the page has been hidden for this long: `close` with the reason `hidden`, and
   * `willReconnect`. Not while a request is pending, a call of the server's is being answered, or something is yet to be sent; then it is let go
   * of as soon as that is over. `status` is `waiting` then, and `retryAt` is `null`. The next attempt, with the cause `hidden`, is made when
   * the page is seen, when something is sent, or at `reconnect()`. Default `Infinity`: never.
   */
  closeAfter?: number | undefined;
  /**
   * `false`: no attempt is made while the page is hidden, but by `reconnect()`; it waits until the page is seen. So does what is sent. One
   * that is under way goes on. Default `true`.
   */
  dial?: boolean | undefined;
}

/** Unknown keys and impossible values throw a `TypeError` that names the option and what it takes. */
export interface Options<Token = Anything, Chosen extends Protocol | undefined = Protocol> {
  /** `false`: the browser's class, to the letter; one connection. Default `{}`. */
  reconnect?: boolean | ReconnectOptions | undefined;
  /** Default `false`. */
  heartbeat?: boolean | HeartbeatOptions | undefined;
  /** `false`: `send()` throws while there is no connection. Default `{}`. */
  queue?: boolean | QueueOptions | undefined;
  /** For `request()` and its kin. Default `{}`. */
  request?: RequestSettings<Chosen> | undefined;
  /**
   * Called with each connection that opens, before anything else goes out on it: to log in by a first message, say. What it
   * returns is awaited, within `connectTimeout`; `readyState` stays CONNECTING meanwhile. Then the queue goes out, and `open` is
   * fired. Messages that come before are delivered as ever. If it throws or rejects, the connection is closed, that is a failed
   * attempt, and the exception is reported as a listener's is. To end it for good, call `close()` in it.
   */
  authenticate?: ((line: Line, info: ProviderInfo<Token>) => unknown) | undefined;
  /**
   * Reads from a message how far the server's stream has come: its number, a cursor, an event id. The last token is handed to the
   * URL and protocols functions, and to `authenticate`, as `info.resume`, so that the next connection can go on from there.
   *
   * Called for each message that goes to `message` listeners, before they are; `undefined` keeps the last token. Not called for
   * replies and the heartbeat's answers, nor while nobody listens to `message`. If it throws, the exception is reported as a
   * listener's is, and the last token kept.
   */
  resume?: ((event: MessageEvent) => Token | undefined) | undefined;
  /**
   * Whether a small worker keeps the time while the page is hidden and something is due, one for all sockets. The browser lets the
   * timers of a hidden page ring once a second, then once a minute. A policy that forbids workers from `blob:` is no error. Default:
   * `true`.
   */
  backgroundTimer?: boolean | undefined;
  /** What a hidden page does with its connection. Not with `reconnect: false`. Default `{}`: nothing. */
  hidden?: HiddenOptions | undefined;
  /**
   * Whether the browser asks the user before the page is left while `unsentCount` of the socket isn't 0. `beforeunload` is listened
   * to only then, because in Firefox that keeps the page out of the back/forward cache. Browsers ask only if the user has done
   * something on the page. Default `false`.
   */
  guardUnload?: boolean | undefined;
  /** Milliseconds without a message from the server after which the connection is given up. Off by default. */
  idleTimeout?: number | undefined;
  /** Milliseconds in which nothing of what waits to be sent leaves, after which the connection is given up. Off by default. */
  stallTimeout?: number | undefined;
}
