/**
 * `holdfast-ws`: the browser's `WebSocket`, and it holds. All times are in milliseconds.
 *
 * @see {@link https://websockets.spec.whatwg.org/ | The WebSockets standard}, which holds for everything not said here.
 */

declare global {
  // For `using ws = new WebSocket(url)`. The same as in TypeScript's `esnext.disposable`, which older libraries lack.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

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
 */
export type Cause = 'closed' | 'failed' | 'connect-timeout' | 'heartbeat' | 'idle' | 'stalled' | 'manual' | 'online';

/** The browser's `CloseEvent`, and what becomes of the socket. With `reconnect: false` it is the browser's alone. */
export interface ClosedEvent extends CloseEvent {
  /** Whether another connection will be tried. `false`: this is the end, and `readyState` is CLOSED. */
  readonly willReconnect: boolean;
  /** The messages accepted by `send()` that can no longer be sent, in order. Binary ones are copies, as `ArrayBuffer`. */
  readonly unsent: readonly (string | ArrayBuffer | Blob)[];
}

/** `reconnecting`: a connection has ended and the next is planned. */
export interface ReconnectingEvent extends Event {
  /** The number of the attempt to come; 1 after a connection that lasted. */
  readonly attempt: number;
  /** The time until then, in milliseconds. */
  readonly delay: number;
  readonly cause: Cause;
}

/** `statuschange`: `status` has changed. */
export interface StatusChangeEvent extends Event {
  readonly status: Status;
}

export interface WebSocketEventMap {
  open: Event;
  message: MessageEvent;
  error: Event;
  close: ClosedEvent;
  reconnecting: ReconnectingEvent;
  statuschange: StatusChangeEvent;
}

/** What a URL or protocols function is told. */
export interface ProviderInfo {
  /** The number of the attempt that the answer is for; 0 for the first of all. */
  readonly attempt: number;
  /** How the last connection ended, or `null` before the first one. */
  readonly lastClose: ClosedEvent | null;
}

/**
 * Where to connect. A string or `URL` is checked at once, as by the browser's class; relative ones are relative to the page.
 * A function is asked before each attempt, for a fresh token, say. If it throws or rejects, that is a failed attempt.
 */
export type Target = string | URL | ((info: ProviderInfo) => string | URL | Promise<string | URL>);

/** Subprotocols to offer, or a function that is asked for them before each attempt. */
export type Protocols = string | string[] | ((info: ProviderInfo) => string | string[] | Promise<string | string[]>);

/** When and how to try again. The n-th delay is random, between `minDelay / 2` and `min(maxDelay, minDelay * factor ** n)`. */
export interface ReconnectOptions {
  /** Milliseconds. Default 500. */
  minDelay?: number;
  /** Milliseconds. Default 30000. */
  maxDelay?: number;
  /** How fast the delays grow. Default 2. */
  factor?: number;
  /** This many failed attempts in a row are the end. Default `Infinity`. */
  maxAttempts?: number;
  /** Milliseconds. An attempt that hasn't succeeded by then is given up. Default 10000. */
  connectTimeout?: number;
  /** Milliseconds. A connection must last this long before the delays are short again. Default 5000. */
  stableAfter?: number;
  /**
   * Called when a connection ended that would be tried again; `false` makes it the end. If it throws, the error is reported
   * and the answer is yes.
   */
  shouldReconnect?: (event: CloseEvent, attempt: number) => boolean;
}

/** How to find out that a line is dead. It needs a server that answers. */
export interface HeartbeatOptions {
  /** Milliseconds of silence before a ping. Default 25000. */
  interval?: number;
  /** Milliseconds for an answer; then the connection is given up. Default 10000. */
  timeout?: number;
  /** The message to send, or a function that makes it. Default `'ping'`. */
  ping?: string | ArrayBuffer | (() => string | ArrayBuffer);
  /**
   * What an answer looks like. Answers aren't delivered as `message`. Without it, any message will do as a sign of life, and
   * all are delivered.
   */
  pong?: string | ((data: unknown) => boolean);
}

/** How much `send()` keeps while there is no connection. When it is full, `send()` throws. */
export interface QueueOptions {
  /** Default 1024. */
  maxMessages?: number;
  /** Bytes, text counted as UTF-8. Default 1 MiB. */
  maxBytes?: number;
}

/** Unknown keys and impossible values throw a `TypeError` that names the option and what it takes. */
export interface Options {
  /** `false`: the browser's class, to the letter; one connection. Default `{}`. */
  reconnect?: false | ReconnectOptions;
  /** Default `false`. */
  heartbeat?: false | HeartbeatOptions;
  /** `false`: `send()` throws while there is no connection. Default `{}`. */
  queue?: false | QueueOptions;
  /** Milliseconds without a message from the server after which the connection is given up. Off by default. */
  idleTimeout?: number;
  /** Milliseconds in which nothing of what waits to be sent leaves, after which the connection is given up. Off by default. */
  stallTimeout?: number;
}

/** Counted since the socket was made. */
export interface Stats {
  /** Connections that opened. */
  readonly connections: number;
  /** Attempts, whether they succeeded or not. */
  readonly attempts: number;
  readonly sent: number;
  readonly received: number;
  readonly pings: number;
  readonly pongs: number;
  /** What waits for a connection now. */
  readonly queued: { readonly messages: number; readonly bytes: number };
  /** Messages reported as `unsent`. */
  readonly unsent: number;
  /** Connections given up as dead: by heartbeat, `idleTimeout` or `stallTimeout`. */
  readonly deadLines: number;
  /** Round trips of the last pings, in milliseconds; `null` before the first answer. */
  readonly roundTrip: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number } | null;
}

type Listener<K extends keyof WebSocketEventMap> = (this: WebSocket, event: WebSocketEventMap[K]) => unknown;

/**
 * A drop-in for the browser's `WebSocket` that reconnects. Each connection behaves as one native socket: `open` when it opens,
 * `close` when it ends (after `error`, if it failed).
 */
export interface WebSocket extends globalThis.WebSocket {
  /** CONNECTING (0) also while another attempt is planned; CLOSED (3) only when it is over. */
  readonly readyState: globalThis.WebSocket['readyState'];
  /** The URL of the connection, resolved. Empty while a URL function hasn't answered yet. */
  readonly url: string;
  /** Bytes accepted but not yet sent: in the queue, text counted as UTF-8, and in the browser's buffer. */
  readonly bufferedAmount: number;

  /** What the line is doing; `statuschange` tells of changes. */
  readonly status: Status;
  /** The number of the attempt under way or planned; 0 while connected for good. */
  readonly attempt: number;
  /** When the next attempt will be made, as `Date.now()` counts; `null` if none is planned. */
  readonly retryAt: number | null;
  /** The last round trip in milliseconds; `null` before the first. */
  readonly latency: number | null;
  /** Counters since the socket was made. */
  stats(): Stats;
  /** Connects anew, at once and from any state; a connection that is open is given up. */
  reconnect(): void;

  get onclose(): ((this: globalThis.WebSocket, event: CloseEvent) => unknown) | null;
  set onclose(handler: Listener<'close'> | null);

  /**
   * Sends, or keeps a copy until there is a connection. What can no longer be sent is in the `unsent` of a `close` event.
   *
   * @throws `QuotaExceededError` (DOMException) if the queue is full; it keeps what it has.
   * @throws `InvalidStateError` (DOMException) while CONNECTING, with `queue: false` or `reconnect: false`.
   */
  send(data: string | BufferSource | Blob): void;

  /**
   * Ends it: there will be no further attempt.
   *
   * @param code 1000, or from 3000 to 4999.
   * @param reason At most 123 bytes of UTF-8.
   * @throws `InvalidAccessError` (DOMException) for another code, `SyntaxError` (DOMException) for a longer reason.
   */
  close(code?: number, reason?: string): void;

  /** `close()`, at the end of a `using` block. */
  [Symbol.dispose](): void;

  addEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener: Listener<K>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener: Listener<K>,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

export interface WebSocketConstructor {
  /**
   * Starts connecting.
   *
   * @throws `SyntaxError` (DOMException) for a URL or protocols that the browser refuses.
   * @throws `TypeError` for an unknown option or an impossible value.
   * @throws `Error` where there is no WebSocket or WebAssembly, or a Content-Security-Policy without `'wasm-unsafe-eval'`.
   */
  new (url: Target, protocols?: Protocols, options?: Options): WebSocket;
  readonly prototype: WebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  /**
   * A class with preset options, for libraries that take a WebSocket class. Options given to its constructor win, one by one
   * inside the groups. With `reconnect: false` it is the browser's class to the letter: it stands on `EventTarget` itself, and its
   * constructor takes no functions and no options; else it is a subclass.
   *
   * @throws `TypeError` for an unknown option or a value of the wrong type.
   */
  with(options: Options): WebSocketConstructor;
}

export declare const WebSocket: WebSocketConstructor;
export default WebSocket;
