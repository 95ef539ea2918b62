/**
 * `holdfast-ws`: a drop-in for the browser's `WebSocket` that stays connected. All times are in milliseconds.
 * For everything not said here, the {@link https://websockets.spec.whatwg.org/ | WebSockets standard} applies.
 */

import type { Status, WebSocketEventMap } from './events';
import type {
  Anything,
  Asked,
  AskedFreely,
  Chosen,
  Data,
  Exact,
  Given,
  GivenBefore,
  Handler,
  Method,
  Part,
  Protocol,
  Replied,
  Result,
} from './messages';
import type { Options, Protocols, Target } from './options';
import type { MessagesOptions, RequestOptions, StandardSchema, StreamOptions } from './requests';

export type {
  Cause,
  ClosedEvent,
  ExpiredEvent,
  FailedEvent,
  ReconnectingEvent,
  Status,
  StatusChangeEvent,
  WebSocketEventMap,
} from './events';
export type { Answer, Codec, Data, Handle } from './messages';
export type {
  HeartbeatOptions,
  HiddenOptions,
  Line,
  Options,
  Protocols,
  ProviderInfo,
  QueueOptions,
  ReconnectOptions,
  Target,
} from './options';
export type {
  MessagesOptions,
  RequestOptions,
  RequestSettings,
  StandardSchema,
  StreamOptions,
} from './requests';
export { ConnectionLostError, RpcError } from './requests';

declare global {
  // For `using ws = new WebSocket(url)`. The same as in TypeScript's `esnext.disposable`, which older libraries lack.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** Counters of a socket, from its creation on. */
export interface Stats {
  /** Connections that opened. */
  readonly connections: number;
  /** Attempts, successful or not. */
  readonly attempts: number;
  /** Messages handed to a connection. */
  readonly sent: number;
  /** Messages received. */
  readonly received: number;
  /** Pings sent. */
  readonly pings: number;
  /** Pings answered. */
  readonly pongs: number;
  /** Messages that wait in the queue now. */
  readonly queued: { readonly messages: number; readonly bytes: number };
  /** Messages reported as `unsent`. */
  readonly unsent: number;
  /** Connections abandoned as dead: by heartbeat, `idleTimeout` or `stallTimeout`. */
  readonly deadLines: number;
  /** `pending`: requests that wait for a reply now. `late`: replies that came late or twice, and were dropped. */
  readonly requests: {
    /** Requests that wait for a reply now. */
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
 * `Messages` is the application's map of messages. An entry under the name of a method is `{ params, result }`, for `call()`,
 * `notify()` and `handle()`. An entry under any name is `{ request, reply }` (and `part`), for `request()` and `stream()`.
 * `Spoken` is the protocol of requests, or `any` if it isn't known. The compiler rejects what that protocol can't express.
 */
export interface WebSocket<Messages = Anything, Spoken = Anything> extends globalThis.WebSocket {
  /** CONNECTING (0) also while another attempt is planned. CLOSED (3) only when it is over. */
  readonly readyState: globalThis.WebSocket['readyState'];
  /** The absolute URL of the connection. Empty until a URL function has returned one. */
  readonly url: string;
  /** Bytes accepted but not yet sent: in the queue, text counted as UTF-8, and in the browser's buffer. */
  readonly bufferedAmount: number;

  /** The state of the socket. A `statuschange` event reports each change. */
  readonly status: Status;
  /** The number of the current or planned attempt. 0 for the first attempt and on a stable connection. */
  readonly attempt: number;
  /** The time of the next attempt, on the clock of `Date.now()`; `null` if none is planned. */
  readonly retryAt: number | null;
  /** The heartbeat's last round trip in milliseconds; `null` before the first. */
  readonly latency: number | null;
  /**
   * The number of accepted messages that aren't sent yet: those in the queue, requests among them, and one more if the browser's
   * buffer isn't empty. 0 when it is over; then the rest is in `unsent` of the `close` event.
   */
  readonly unsentCount: number;
  /** Counters since the socket was made. */
  stats(): Stats;
  /**
   * Sends now, or returns `false` and keeps nothing. Use it for messages that are useless later, such as a typing indicator.
   */
  trySend(data: Data): boolean;
  /**
   * Connects anew at once, from any state. An open connection is closed first. After three calls since a stable connection, the next
   * attempt is made `reconnect.minDelay` after the last one began.
   */
  reconnect(): void;

  /**
   * Sends a request, and resolves with its reply. The reply isn't delivered as a `message` event. By protocol:
   *
   * - `'id'`: `payload` is a plain object without an `id`. It is sent as JSON with an `id`. Resolves with the whole
   *   reply.
   * - `'json-rpc'`: `payload` is `{ method, params? }`. The same as `call(method, params)`.
   * - your own: `payload` is what its `encode` takes. Resolves with the `result` of its `decode`.
   *
   * While there is no connection, the request waits in the queue and its timeout runs. It settles exactly once. Rejects with one of:
   *
   * - {@link RpcError}: the server answered with an error. Not with `'id'`, where an error is a reply like any other;
   * - `TimeoutError` (DOMException): no reply in time;
   * - the signal's reason, by default an `AbortError` (DOMException);
   * - {@link ConnectionLostError}: its connection has ended; or, if it wasn't sent or has `retry`, the socket has;
   * - `InvalidStateError` (DOMException): the socket is closing or closed; or not open, with `queue: false` or `reconnect: false`;
   * - `QuotaExceededError` (DOMException): the queue is full;
   * - `TypeError`: an impossible payload or option; or the validator rejected the reply, then `issues` is an array of reasons;
   * - an exception of `encode` or of the validator.
   */
  request<Output>(
    payload: Asked<Messages, Spoken>,
    options: RequestOptions & { schema: StandardSchema<Output> },
  ): Promise<Output>;
  request<Q extends Asked<Messages, Spoken>>(
    payload: Exact<Messages, Spoken, Q>,
    options?: RequestOptions,
  ): Promise<Replied<Messages, Q>>;
  request<Reply>(payload: AskedFreely<Messages, Spoken>, options?: RequestOptions): Promise<Reply>;

  /**
   * Sends a request that is answered in parts, until a part has `done: true` at its top level. Yields what `request()` would resolve
   * with, and throws its errors. The final part is also yielded, unless it has `result: null`.
   *
   * The request is sent at once, not when the iteration begins. Up to `limit` parts are buffered for a slow reader; one more ends the
   * iteration with a `QuotaExceededError`. Leaving the loop aborts the request, and sends the protocol's `cancel` if it has one.
   *
   * @throws `TypeError` for an impossible option; everything else is thrown by the iteration.
   */
  stream<Output>(
    payload: Asked<Messages, Spoken>,
    options: StreamOptions & { schema: StandardSchema<Output> },
  ): AsyncIterableIterator<Output>;
  stream<Q extends Asked<Messages, Spoken>>(
    payload: Exact<Messages, Spoken, Q>,
    options?: StreamOptions,
  ): AsyncIterableIterator<Part<Messages, Q>>;
  stream<Reply>(payload: AskedFreely<Messages, Spoken>, options?: StreamOptions): AsyncIterableIterator<Reply>;

  /**
   * Calls a method of the server. Needs the protocol `'json-rpc'`. Settles as {@link WebSocket.request} does.
   *
   * @param params An array, an object, or nothing.
   */
  call<Output, K extends Method<Messages, Spoken>>(
    method: K,
    ...given: GivenBefore<Messages, K, RequestOptions & { schema: StandardSchema<Output> }>
  ): Promise<Output>;
  call<K extends Method<Messages, Spoken>>(
    method: K,
    ...given: Given<Messages, K, [options?: RequestOptions]>
  ): Promise<Result<Messages, K>>;

  /**
   * Sends a notification: a call without an answer. Needs the protocol `'json-rpc'`.
   *
   * @throws The exceptions of `send()`; `TypeError` for another protocol, or impossible arguments.
   */
  notify<K extends Method<Messages, Spoken>>(method: K, ...given: Given<Messages, K, []>): void;

  /**
   * Sets the handler that answers the server's calls of a method; `null` removes it. Needs the protocol `'json-rpc'`. The result is what
   * the handler returns or resolves with. An error with an integer `code` is sent as it is. Any other error is sent as -32603 with its
   * message alone, and reported.
   *
   * While there is any handler, calls of unknown methods are answered by -32601 and invalid requests by -32600. Notifications are
   * never answered. Those without a handler are delivered as `message` events. Without any handler, all calls are. An answer that is
   * ready only after its connection has ended is dropped.
   *
   * @throws `TypeError` for another protocol, or a handler that is neither a function nor `null`.
   */
  handle<K extends Method<Messages, Spoken>>(method: K, handler: Handler<Messages, K> | null): void;

  /**
   * Resolves when `bufferedAmount` is at most `bytes`. Polls every 20 ms, and every second while there is no connection. Rejects with
   * `InvalidStateError` (DOMException) if the socket has ended, or ends before that.
   *
   * @param bytes Default 0.
   */
  drained(bytes?: number): Promise<void>;

  /**
   * Yields the `message` events from now on, until the socket ends. Up to `limit` events are buffered for a slow reader. One more ends
   * the iteration with a `QuotaExceededError` (DOMException), after the buffered ones. `for await (const event of ws)` is the same.
   *
   * @throws `TypeError` for an impossible option.
   */
  messages(options?: MessagesOptions): AsyncIterableIterator<MessageEvent>;
  /** `messages()` without options. */
  [Symbol.asyncIterator](): AsyncIterableIterator<MessageEvent>;

  /** The handler of `statuschange` events. Absent with `reconnect: false`. */
  onstatuschange: Listener<'statuschange'> | null;
  /** The handler of `reconnecting` events. Absent with `reconnect: false`. */
  onreconnecting: Listener<'reconnecting'> | null;

  /** The handler of `close` events. */
  get onclose(): ((this: globalThis.WebSocket, event: CloseEvent) => unknown) | null;
  set onclose(handler: Listener<'close'> | null);

  /**
   * Sends the data, or queues a copy until there is a connection. Messages that can no longer be sent are in `unsent` of the last `close`
   * event.
   *
   * @throws `QuotaExceededError` (DOMException) if the queue is full; it keeps what it has.
   * @throws `InvalidStateError` (DOMException) while CONNECTING, with `queue: false` or `reconnect: false`.
   */
  send(data: Data): void;

  /**
   * Closes the connection for good. No further attempt follows.
   *
   * @param code 1000, or from 3000 to 4999.
   * @param reason At most 123 bytes of UTF-8.
   * @throws `InvalidAccessError` (DOMException) for another code, `SyntaxError` (DOMException) for a longer reason.
   */
  close(code?: number, reason?: string): void;

  /** Calls `close()`, at the end of a `using` block. */
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

/** With a key other than `id`, a request may have an `id` of the application's own. */
interface UsualKey {
  request?: { idKey?: undefined } | undefined;
}

/** The class itself. `Preset` is the protocol of requests where the options name none. */
export interface WebSocketConstructor<Preset = 'id'> {
  /**
   * Creates a socket, and starts its first attempt.
   *
   * @throws `SyntaxError` (DOMException) for a URL or protocols that the browser refuses.
   * @throws `TypeError` for an unknown option or an impossible value.
   * @throws `Error` where there is no WebSocket or WebAssembly, or a Content-Security-Policy without `'wasm-unsafe-eval'`.
   */
  new <Messages, Token, Spoken extends Protocol | undefined>(
    url: Target<Token>,
    protocols?: Protocols<Token>,
    options?: Options<Token, Spoken> & UsualKey,
  ): WebSocket<Messages, Chosen<Spoken, Preset>>;
  /** Creates a socket with options and without protocols. */
  new <Messages, Token, Spoken extends Protocol | undefined>(
    url: Target<Token>,
    options: Options<Token, Spoken> & UsualKey,
  ): WebSocket<Messages, Chosen<Spoken, Preset>>;
  /** Creates a socket with a map of messages. */
  new <Messages = Anything, Token = Anything>(
    url: Target<Token>,
    protocols?: Protocols<Token>,
    options?: Options<Token>,
  ): WebSocket<Messages>;
  new <Messages = Anything, Token = Anything>(url: Target<Token>, options: Options<Token>): WebSocket<Messages>;
  /** True if the class works in this engine: it has WebSocket, and WebAssembly compiles. Otherwise the constructor throws. */
  readonly supported: boolean;
  readonly prototype: WebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  /**
   * Returns a class with preset options, for libraries that take a WebSocket class. Options of its constructor override them one by
   * one, also inside the groups.
   *
   * Give `{ reconnect: false }` to a library that reconnects by itself, or its sockets multiply. That class behaves exactly as the browser's:
   * it extends `EventTarget`, and its constructor takes no functions and no options. Otherwise the result is a subclass.
   *
   * The constructor ignores unknown option names in its third argument, with one warning. A library may pass those of another package.
   *
   * @throws `TypeError` for an unknown option or a value of the wrong type.
   */
  with<Spoken extends Protocol | undefined>(
    options: Options<Anything, Spoken> & UsualKey,
  ): WebSocketConstructor<Chosen<Spoken, Preset>>;
  with(options: Options): WebSocketConstructor<Anything>;
}

export declare const WebSocket: WebSocketConstructor;
export default WebSocket;
