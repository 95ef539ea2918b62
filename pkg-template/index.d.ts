/**
 * `holdfast-ws`: the browser's `WebSocket`, and it holds. All times are in milliseconds.
 *
 * @see {@link https://websockets.spec.whatwg.org/ | The WebSockets standard}, which holds for everything not said here.
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
 * `notify()` and `handle()`; `{ request, reply }` (and `part`) under any name for `request()` and `stream()`. `Spoken` is the
 * protocol of requests, `any` if it isn't known: the compiler refuses what that protocol can't say.
 */
export interface WebSocket<Messages = Anything, Spoken = Anything> extends globalThis.WebSocket {
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
  /**
   * How many messages were accepted and are not out yet: those in the queue, requests among them, and one more if the browser's buffer
   * isn't empty, whose bytes can't be told apart. 0 when it is over: what is left is in `unsent` of the `close` event.
   */
  readonly unsentCount: number;
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
   * A request that is answered in parts, until one is marked `done: true` at its top level. The parts are what `request()` would
   * resolve with, and errors are thrown by the iteration. The last part is given, too, unless it has `result: null`.
   *
   * Sent at once, not when the iteration begins. Parts are kept for a slow reader up to `limit`; one more ends it with a
   * `QuotaExceededError`. Leaving the loop aborts the request, and tells the server if the protocol has a `cancel`.
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
   * With the protocol `'json-rpc'`: calls a method of the server's. Settles as {@link WebSocket.request} does.
   *
   * @param params An array or an object, if there are any.
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
   * With the protocol `'json-rpc'`: calls a method of the server's that has no answer. Throws what `send()` throws.
   *
   * @throws `TypeError` for another protocol, or impossible arguments.
   */
  notify<K extends Method<Messages, Spoken>>(method: K, ...given: Given<Messages, K, []>): void;

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
  handle<K extends Method<Messages, Spoken>>(method: K, handler: Handler<Messages, K> | null): void;

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

/** With another key than `id`, a request may have an `id` of the application's. */
interface UsualKey {
  request?: { idKey?: undefined } | undefined;
}

/** `Preset` is the protocol of requests, where options name none. */
export interface WebSocketConstructor<Preset = 'id'> {
  /**
   * Starts connecting.
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
  /** With options and no protocols. */
  new <Messages, Token, Spoken extends Protocol | undefined>(
    url: Target<Token>,
    options: Options<Token, Spoken> & UsualKey,
  ): WebSocket<Messages, Chosen<Spoken, Preset>>;
  /** With a map of messages. */
  new <Messages = Anything, Token = Anything>(
    url: Target<Token>,
    protocols?: Protocols<Token>,
    options?: Options<Token>,
  ): WebSocket<Messages>;
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
  with<Spoken extends Protocol | undefined>(
    options: Options<Anything, Spoken> & UsualKey,
  ): WebSocketConstructor<Chosen<Spoken, Preset>>;
  with(options: Options): WebSocketConstructor<Anything>;
}

export declare const WebSocket: WebSocketConstructor;
export default WebSocket;
