/**
 * `holdfast-ws/vue`: one socket for all scopes with the same URL and options. It closes when the last scope ends. Needs Vue 3.3 or later.
 * All times are in milliseconds.
 */
import type {
  ClosedEvent,
  Data,
  ExpiredEvent,
  Handle,
  Options,
  Protocols,
  ReconnectingEvent,
  Status,
  StatusChangeEvent,
  Target,
  WebSocket,
} from 'holdfast-ws';
import type { Ref, ShallowRef } from 'vue';
import type { Delivery, Outbox } from './outbox';
import type { TabsOptions } from './tabs';

// biome-ignore lint/suspicious/noExplicitAny: as in `WebSocket`, until the application's map says more.
type Anything = any;

/** A class whose sockets are those of `holdfast-ws`. */
export type SocketClass = new (url: Target, protocols?: Protocols, options?: Options) => WebSocket<Anything>;

/** The socket's options (see `Options` of `holdfast-ws`), its protocols, and callbacks. */
export interface UseWebSocketOptions<Messages = Anything> extends Options {
  /** Subprotocols to offer, or a function that returns them, called before each attempt. Default none. */
  protocols?: Protocols;
  /** `false`: this scope has its own socket. Default `true`. */
  share?: boolean;
  /**
   * The class of the socket: that of `holdfast-ws/tabs`, one with preset options (`WebSocket.with()`), or a test world's. Default: the class
   * of `holdfast-ws`. Scopes with different classes don't share a socket.
   */
  WebSocket?: SocketClass | undefined;
  /** Options of the class of `holdfast-ws/tabs`. */
  tabs?: TabsOptions | undefined;
  /** Called once for each connection until the scope ends, also for one that was already open when the scope began. */
  onOpen?(event: Event, ws: WebSocket<Messages>): void;
  /** Called with each message, once and in order. A watcher of `data` misses equal messages. */
  onMessage?(event: MessageEvent, ws: WebSocket<Messages>): void;
  /** Called with each `error` event. */
  onError?(event: Event, ws: WebSocket<Messages>): void;
  /** Called when a connection has ended; it was the last if `event.willReconnect` is false. Not called when the scope's end closes it. */
  onClose?(event: ClosedEvent, ws: WebSocket<Messages>): void;
  /** Called when messages waited longer than `queue.maxAge` and were dropped. They are in `event.unsent`. */
  onExpired?(event: ExpiredEvent, ws: WebSocket<Messages>): void;
  /** Called when another attempt is planned, `event.delay` milliseconds from now. */
  onReconnecting?(event: ReconnectingEvent, ws: WebSocket<Messages>): void;
  /** Called with each `statuschange` event. */
  onStatusChange?(event: StatusChangeEvent, ws: WebSocket<Messages>): void;
}

/** The result of {@link useWebSocket}. */
export interface UseWebSocketReturn<Messages = Anything> {
  /**
   * The socket itself, for `stream()`, `reconnect()`, `stats()` … `null` on a server and without a URL. `ws.attempt` and
   * `ws.retryAt` change with `status`: use both in a template or a `computed`.
   *
   * Other scopes may share it. `ws.close()` ends it for all of them, and `ws.handle()` replaces their handlers; use `handle` instead.
   */
  readonly ws: Readonly<ShallowRef<WebSocket<Messages> | null>>;
  /** The state of the socket; `connecting` on a server, `closed` without a URL. Triggers also when the next attempt is moved. */
  readonly status: Readonly<ShallowRef<Status>>;
  /**
   * The `data` of the last message; `null` before the first and after a change of the URL. Components that don't read it don't re-render
   * on messages.
   */
  readonly data: Readonly<ShallowRef<Anything>>;
  /**
   * Calls `ws.send()`. It works from the first line of `setup` until `onUnmounted`; messages wait until the connection is open. After a
   * change of the URL it sends on the new socket.
   *
   * Without a socket (no URL, on a server) it does nothing in `setup` and in a component's lifecycle hooks.
   *
   * @throws `InvalidStateError` (DOMException) without a URL anywhere else, and after the scope has ended; and what `ws.send()` throws.
   */
  send(data: Data): void;
  /**
   * Calls `ws.request()`; works from the first line of `setup` on. Rejects with `InvalidStateError` (DOMException) without a socket: without
   * a URL, on a server, or after the scope has ended.
   */
  readonly request: WebSocket<Messages>['request'];
  /** Calls `ws.call()`, under the same conditions as `request`. */
  readonly call: WebSocket<Messages>['call'];
  /**
   * Calls `ws.handle()` for this scope alone, on each of its sockets. Its handlers are removed with the scope, and `null` removes no other
   * scope's. If several scopes share a socket, the last one answers.
   */
  readonly handle: Handle<Messages, void>;
  /** Releases the socket, as the end of the scope does. It closes unless another scope uses it. */
  stop(): void;
}

/** A URL that is no function, or none. */
type Address = string | URL | null | undefined | false;

/**
 * Returns a socket until the scope ends: the component's, or that of an `effectScope`. Outside of any scope, until `stop()`.
 *
 * Scopes with an equal URL (as text), protocols and options share a socket; the first one creates it. Of the options only strings, numbers
 * and booleans are compared. Functions (`authenticate`, `shouldReconnect`, `pong`, a codec …) are those of the component that came last
 * and still uses the socket. A URL function is equal to itself.
 *
 * A shared socket that has ended connects again when another component comes.
 *
 * @param url A string or `URL`; `null`, `undefined`, `false` or `''` for no socket; or a ref or a getter of one. A change connects to the
 * new URL. Functions are treated as getters, as everywhere in Vue. To compute the URL before every attempt, pass a getter of that
 * function: `() => askForUrl`.
 * @param options Default `{}`. Not reactive: a ref, here or as an option, is a `TypeError`.
 * @throws The exceptions of `new WebSocket()`.
 */
export declare function useWebSocket<Messages = Anything>(
  url: Address | Ref<Target | null | undefined | false> | (() => Target | null | undefined | false),
  options?: UseWebSocketOptions<Messages>,
): UseWebSocketReturn<Messages>;

/**
 * Returns the deliveries of an outbox that have not ended, in order, until the scope ends. On a server it is empty.
 *
 * @example const pending = useOutbox(outbox); // <p v-if="pending.length">{{ pending.length }} changes not yet saved</p>
 */
export declare function useOutbox<Message = unknown, Receipt = unknown>(
  outbox: Outbox<Message, Receipt> | null | undefined,
): Readonly<ShallowRef<readonly Delivery<Message, Receipt>[]>>;
