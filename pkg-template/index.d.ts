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
 * - `wake`: the page is back after it was hidden for long, and nothing was heard meanwhile.
 */
export type Cause = 'closed' | 'failed' | 'connect-timeout' | 'heartbeat' | 'idle' | 'stalled' | 'manual' | 'online' | 'wake';

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
type ProtocolList = string | readonly string[] | null | undefined;

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

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire, until the application's types or validators say more.
type Anything = any;

/** What can be sent. */
export type Data = Parameters<globalThis.WebSocket['send']>[0];

/** A reply, or a part of one, as {@link Codec.decode} reads it. */
export interface Answer {
  /** The number that the request was given. */
  readonly id: number;
  /** What the request resolves with. */
  readonly result?: unknown;
  /** If there is one, the request rejects: with it, if it is an `Error`, else with an {@link RpcError} of its members. */
  readonly error?: unknown;
  /** `true`: the last part of a stream. Without a `result` it only says so, and is not given to the reader. */
  readonly done?: boolean;
}

/** How requests and replies look, if neither `'id'` nor `'json-rpc'` fits. Text or binary. */
export interface Codec {
  /**
   * The message for a request. What it throws, the request rejects with. `id` is never used twice: it counts up from a random whole
   * number between 2^29 and 2^30.
   */
  encode(id: number, payload: Anything): Data;
  /**
   * Reads the `data` of a message; called only while there may be a reply. Nothing, or an object without a number as `id`: it is
   * no reply, and goes to `message`. What it throws is reported, as a listener's exception is, and the message goes to `message`.
   */
  decode(data: Anything): Answer | undefined | null;
  /** What to send when a request is aborted or a stream is left early; nothing, if it gives nothing. */
  cancel?(id: number): Data | undefined;
}

/** A validator, by any library of https://standardschema.dev. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated<Output> | Promise<Validated<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

type Validated<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };

/** How to ask the server. */
export interface RequestSettings {
  /** Milliseconds until a request without a reply rejects. Default 10000. */
  timeout?: number | undefined;
  /**
   * - `'id'` (the default): objects as JSON; the reply is the object with the same `id` at its top level.
   * - `'json-rpc'`: {@link https://www.jsonrpc.org/specification | JSON-RPC 2.0}, in both directions.
   * - An object: the application's own.
   */
  protocol?: 'id' | 'json-rpc' | Codec | undefined;
  /** With the protocol `'id'`: the name of the id in messages, for servers that have another. Default `'id'`. */
  idKey?: string | undefined;
  /** Validates every reply whose request names no `schema` of its own. */
  validate?: StandardSchema | undefined;
}

/** For one request. */
export interface RequestOptions {
  /** Milliseconds until it rejects without a reply; of a stream, between its parts. Default: that of the socket. */
  timeout?: number | undefined;
  /** When aborted, the request rejects with its reason, and leaves the queue if it is in there still. */
  signal?: AbortSignal | undefined;
  /**
   * For what may run twice: if the connection ends before the reply, it is sent again on the next one, under the same id, within
   * its timeout. A stream starts over. Default `false`.
   */
  retry?: boolean | undefined;
  /** Validates the reply, or each part of a stream; the value that it gives is the one to resolve with. */
  schema?: StandardSchema | undefined;
}

export interface MessagesOptions {
  /** When aborted, the iteration throws its reason. */
  signal?: AbortSignal | undefined;
  /** How many pieces are kept for a reader who is slower than the server. One more ends the iteration. Default 1024. */
  limit?: number | undefined;
}

export interface StreamOptions extends RequestOptions, MessagesOptions {}

/** The server answered a request with an error. Thrown by a handler of {@link WebSocket.handle}, it is what the server is answered. */
export declare class RpcError extends Error {
  constructor(code: number, message: string, data?: unknown);
  /** As the server gave it. */
  readonly code: number;
  /** As the server gave it. */
  readonly data: unknown;
}

/** The connection that a request was sent on has ended, so there will be no reply. The server may have acted on it or not. */
export declare class ConnectionLostError extends Error {
  /**
   * `false`: the request was still in the queue, so the server knows nothing of it. The `TimeoutError` of a request has it too.
   */
  readonly sent: boolean;
}

type IsAny<T> = 0 extends 1 & T ? true : false;

/** What `request()` takes and gives: of the entries with `request` and `reply` (and `part`, for streams). */
type Asked<M> =
  IsAny<M> extends true
    ? unknown
    : { [K in keyof M]: M[K] extends { request: infer Q } ? Q : never }[keyof M] extends infer Q
      ? [Q] extends [never]
        ? unknown
        : Q
      : never;

type Replied<M, Q> =
  IsAny<M> extends true
    ? Anything
    : { [K in keyof M]: M[K] extends { request: infer R; reply: infer A } ? (Q extends R ? A : never) : never }[keyof M];

type Part<M, Q> =
  IsAny<M> extends true
    ? Anything
    : { [K in keyof M]: M[K] extends { request: infer R; part: infer P } ? (Q extends R ? P : never) : never }[keyof M];

/** What `call()`, `notify()` and `handle()` take and give: of the entries with `params` and `result`. */
type Method<M> = keyof M & string;

type Params<M, K extends keyof M> = IsAny<M> extends true ? Anything : M[K] extends { params?: infer P } ? P : undefined;

type Result<M, K extends keyof M> = IsAny<M> extends true ? Anything : M[K] extends { result: infer R } ? R : unknown;

/** The parameters may be left out where there are none, or where they are optional. */
type Given<M, K extends keyof M, More extends unknown[]> =
  IsAny<M> extends true
    ? [params?: Anything, ...more: More]
    : M[K] extends { params: infer P }
      ? [params: P, ...more: More]
      : [params?: 'params' extends keyof M[K] ? Params<M, K> : undefined, ...more: More];

/** The same, before options that must be given. */
type GivenBefore<M, K extends keyof M, Options> =
  IsAny<M> extends true
    ? [params: Anything, options: Options]
    : [params: 'params' extends keyof M[K] ? Params<M, K> : undefined, options: Options];

/** One connection, which has opened and isn't used for anything else yet. Once it has ended, nothing goes out any more. */
export interface Line {
  /**
   * As {@link WebSocket.request}, but on this connection or not at all: it never waits, and `retry` has no effect. Rejects with
   * `InvalidStateError` (DOMException) if the connection has ended, and with a {@link ConnectionLostError} if it ends before the reply.
   */
  request<Output>(payload: unknown, options: RequestOptions & { schema: StandardSchema<Output> }): Promise<Output>;
  request(payload: unknown, options?: RequestOptions): Promise<Anything>;
  /** Sends on this connection. @throws `InvalidStateError` (DOMException) if it has ended. */
  send(data: Data): void;
}

/** Unknown keys and impossible values throw a `TypeError` that names the option and what it takes. */
export interface Options<Token = Anything> {
  /** `false`: the browser's class, to the letter; one connection. Default `{}`. */
  reconnect?: boolean | ReconnectOptions | undefined;
  /** Default `false`. */
  heartbeat?: boolean | HeartbeatOptions | undefined;
  /** `false`: `send()` throws while there is no connection. Default `{}`. */
  queue?: boolean | QueueOptions | undefined;
  /** For `request()` and its kin. Default `{}`. */
  request?: RequestSettings | undefined;
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
  /** Milliseconds without a message from the server after which the connection is given up. Off by default. */
  idleTimeout?: number | undefined;
  /** Milliseconds in which nothing of what waits to be sent leaves, after which the connection is given up. Off by default. */
  stallTimeout?: number | undefined;
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
  readonly requests: {
    /** How many wait for a reply now. */
    readonly pending: number;
    /** Replies that came late or twice, and were dropped. */
    readonly late: number;
  };
  /** Round trips of the last pings, in milliseconds; `null` before the first answer. */
  readonly roundTrip: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number } | null;
}

type Listener<K extends keyof WebSocketEventMap> = (this: WebSocket, event: WebSocketEventMap[K]) => unknown;

/**
 * A drop-in for the browser's `WebSocket` that reconnects. Each connection behaves as one native socket: `open` when it opens,
 * `close` when it ends (after `error`, if it failed).
 *
 * `Messages` is a map of what can be asked, by the application: `{ params, result }` under the name of a method for `call()`,
 * `notify()` and `handle()`; `{ request, reply }` (and `part`) under any name for `request()` and `stream()`.
 */
export interface WebSocket<Messages = Anything> extends globalThis.WebSocket {
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
  /**
   * Sends now or never: returns `false`, and keeps nothing, if the message can't go out at once. For what is of no use later, as
   * a typing indicator.
   */
  trySend(data: Data): boolean;
  /** Connects anew, at once and from any state; a connection that is open is given up. */
  reconnect(): void;

  /**
   * Sends a request, and resolves with its reply, which no listener hears of. By protocol:
   *
   * - `'id'`: `payload` is a plain object without an `id`. It is sent as JSON with the `id` added, and the whole reply resolves.
   * - `'json-rpc'`: `payload` is `{ method, params? }`; this is `call(method, params)`.
   * - an application's own: `payload` is what its `encode` takes, and the `result` of its `decode` resolves.
   *
   * While there is no connection it waits in the queue, and its timeout runs. It settles once; with an error, if that is:
   *
   * - an {@link RpcError}: the server's (with `'id'`, what an error looks like is the application's business: it resolves);
   * - `TimeoutError` (DOMException): no reply in time;
   * - the signal's reason, by default an `AbortError` (DOMException);
   * - a {@link ConnectionLostError}: the connection it was sent on has ended, or, if it wasn't sent or has `retry`, all is over;
   * - `InvalidStateError` (DOMException): closing or closed; or not open, with `queue: false` or `reconnect: false`;
   * - `QuotaExceededError` (DOMException): the queue is full;
   * - a `TypeError`: an impossible payload or option; or, with an array `issues`, the validator's verdict on the reply;
   * - what `encode`, or the validator, threw.
   */
  request<Output>(payload: Asked<Messages>, options: RequestOptions & { schema: StandardSchema<Output> }): Promise<Output>;
  request<Q extends Asked<Messages>>(payload: Q, options?: RequestOptions): Promise<Replied<Messages, Q>>;

  /**
   * A request that is answered in parts, until one is marked `done: true` at its top level. The parts are what `request()` would
   * resolve with, and errors are thrown by the iteration. The last part is given, too, unless it has `result: null`.
   *
   * Sent at once, not when the iteration begins. Parts are kept for a slow reader up to `limit`; one more ends it with a
   * `QuotaExceededError`. Leaving the loop aborts the request, and tells the server if the protocol has a `cancel`.
   *
   * @throws `TypeError` for an impossible option; everything else is thrown by the iteration.
   */
  stream<Output>(
    payload: Asked<Messages>,
    options: StreamOptions & { schema: StandardSchema<Output> },
  ): AsyncIterableIterator<Output>;
  stream<Q extends Asked<Messages>>(payload: Q, options?: StreamOptions): AsyncIterableIterator<Part<Messages, Q>>;

  /**
   * With the protocol `'json-rpc'`: calls a method of the server's. Settles as {@link WebSocket.request} does.
   *
   * @param params An array or an object, if there are any.
   */
  call<Output, K extends Method<Messages>>(
    method: K,
    ...given: GivenBefore<Messages, K, RequestOptions & { schema: StandardSchema<Output> }>
  ): Promise<Output>;
  call<K extends Method<Messages>>(
    method: K,
    ...given: Given<Messages, K, [options?: RequestOptions]>
  ): Promise<Result<Messages, K>>;

  /**
   * With the protocol `'json-rpc'`: calls a method of the server's that has no answer. Throws what `send()` throws.
   *
   * @throws `TypeError` for another protocol, or impossible arguments.
   */
  notify<K extends Method<Messages>>(method: K, ...given: Given<Messages, K, []>): void;

  /**
   * With the protocol `'json-rpc'`: answers the server's calls of a method; `null` takes the handler away. What it returns, or
   * resolves with, is the result. An error with a whole number as `code` is answered as it is; any other by its message alone,
   * as -32603, and reported.
   *
   * While there is any handler, calls of unknown methods are answered by -32601 and what is no valid request by -32600.
   * Notifications are never answered, and those that nobody handles go to `message`. Without any handler all of them do. An
   * answer that is ready only when its connection has ended is dropped.
   *
   * @throws `TypeError` for another protocol, or a handler that is neither a function nor `null`.
   */
  handle<K extends Method<Messages>>(
    method: K,
    handler: ((params: Params<Messages, K>) => Result<Messages, K> | Promise<Result<Messages, K>>) | null,
  ): void;

  /**
   * Resolves when `bufferedAmount` is no more than so many bytes, looking every 20 ms (every second while there is no connection).
   *
   * @param bytes Default 0.
   * @returns Rejects with `InvalidStateError` (DOMException) if the socket is over, or will be before that.
   */
  drained(bytes?: number): Promise<void>;

  /**
   * The `message` events from now on, until the socket is over. They are kept for a slow reader up to `limit`; one more ends the
   * iteration with a `QuotaExceededError` (DOMException), after what was kept. `for await (const event of ws)` is the same.
   *
   * @throws `TypeError` for an impossible option.
   */
  messages(options?: MessagesOptions): AsyncIterableIterator<MessageEvent>;
  [Symbol.asyncIterator](): AsyncIterableIterator<MessageEvent>;

  /** For events of our own. Absent with `reconnect: false`. */
  onstatuschange: Listener<'statuschange'> | null;
  onreconnecting: Listener<'reconnecting'> | null;

  get onclose(): ((this: globalThis.WebSocket, event: CloseEvent) => unknown) | null;
  set onclose(handler: Listener<'close'> | null);

  /**
   * Sends, or keeps a copy until there is a connection. What can no longer be sent is in the `unsent` of a `close` event.
   *
   * @throws `QuotaExceededError` (DOMException) if the queue is full; it keeps what it has.
   * @throws `InvalidStateError` (DOMException) while CONNECTING, with `queue: false` or `reconnect: false`.
   */
  send(data: Data): void;

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
  new <Messages = Anything, Token = Anything>(
    url: Target<Token>,
    protocols?: Protocols<Token>,
    options?: Options<Token>,
  ): WebSocket<Messages>;
  /** With options and no protocols. */
  new <Messages = Anything, Token = Anything>(url: Target<Token>, options: Options<Token>): WebSocket<Messages>;
  /** True if the class works in this engine: it has WebSocket, and WebAssembly that compiles. Else the constructor throws. */
  readonly supported: boolean;
  readonly prototype: WebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  /**
   * A class with preset options, for libraries that take a WebSocket class. Options given to its constructor win, one by one
   * inside the groups. With `reconnect: false` it is the browser's class to the letter: it stands on `EventTarget` itself, and its
   * constructor takes no functions and no options; else it is a subclass.
   * The class passes over option names that it doesn't know in its third argument, with one warning: a library may give another
   * package's. Give `{ reconnect: false }` to a library that reconnects by itself, or its sockets multiply.
   *
   * @throws `TypeError` for an unknown option or a value of the wrong type.
   */
  with(options: Options): WebSocketConstructor;
}

export declare const WebSocket: WebSocketConstructor;
export default WebSocket;
