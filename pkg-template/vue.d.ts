/**
 * `holdfast-ws/vue`: one socket for all who ask for the same, closed when the last of their scopes ends. Needs Vue 3.3 or later.
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

// biome-ignore lint/suspicious/noExplicitAny: as in `WebSocket`, until the application's map says more.
type Anything = any;

/** The socket's options (see `Options` of `holdfast-ws` for each and its default), its protocols, and callbacks. */
export interface UseWebSocketOptions<Messages = Anything> extends Options {
  /** Subprotocols to offer, or a function that is asked for them before each attempt. Default none. */
  protocols?: Protocols;
  /** `false`: a socket of this scope's own, which nobody shares. Default `true`. */
  share?: boolean;
  /** Called once for each connection until the scope ends, also for one that was open already when the component came. */
  onOpen?(event: Event, ws: WebSocket<Messages>): void;
  /** Each message, once, in order, equal ones too, which a watcher of `data` doesn't see. */
  onMessage?(event: MessageEvent, ws: WebSocket<Messages>): void;
  onError?(event: Event, ws: WebSocket<Messages>): void;
  /** Each connection that ends; with `event.willReconnect === false` it was the last. Not called for one that leaving ends. */
  onClose?(event: ClosedEvent, ws: WebSocket<Messages>): void;
  /** Messages waited in the queue for longer than `queue.maxAge` and were dropped; they are in `event.unsent`. */
  onExpired?(event: ExpiredEvent, ws: WebSocket<Messages>): void;
  /** Another attempt is planned, `event.delay` milliseconds from now. */
  onReconnecting?(event: ReconnectingEvent, ws: WebSocket<Messages>): void;
  onStatusChange?(event: StatusChangeEvent, ws: WebSocket<Messages>): void;
}

export interface UseWebSocketReturn<Messages = Anything> {
  /**
   * The socket itself, for `stream()`, `reconnect()`, `stats()` … `null` on a server and without a URL. `ws.attempt` and
   * `ws.retryAt` change with `status`: use both in a template or a `computed`.
   *
   * It is everybody's who shares it: `ws.close()` ends it for all of them, and `ws.handle()` replaces another's handler: use `handle`.
   */
  readonly ws: Readonly<ShallowRef<WebSocket<Messages> | null>>;
  /** What the line is doing: `connecting` on a server, `closed` without a URL. Triggers also when the next attempt is moved. */
  readonly status: Readonly<ShallowRef<Status>>;
  /**
   * The `data` of the last message, `null` before the first and after a change of the URL. Components that don't read it
   * don't render on messages.
   */
  readonly data: Readonly<ShallowRef<Anything>>;
  /**
   * `ws.send()`; works from the first line of `setup` on, because messages wait until the connection is open, and until
   * `onUnmounted`. After a change of the URL it sends on the new socket.
   *
   * Without a socket (no URL, on a server) it does nothing in `setup` and in a component's lifecycle hooks.
   *
   * @throws `InvalidStateError` (DOMException) without a URL anywhere else, and after the scope has ended; and what `ws.send()` throws.
   */
  send(data: Data): void;
  /**
   * `ws.request()`, from the first line of `setup` on. Rejects with `InvalidStateError` (DOMException) without a socket: without
   * a URL, on a server, or after the scope has ended.
   */
  readonly request: WebSocket<Messages>['request'];
  /** `ws.call()`, as `request`. */
  readonly call: WebSocket<Messages>['call'];
  /**
   * `ws.handle()` for this scope alone, on each socket that it has. It ends with the scope, and `null` takes off no other's
   * handler. Of several scopes that share a socket the one that came last answers.
   */
  readonly handle: Handle<Messages, void>;
  /** What the end of the scope does: lets go of the socket, which is closed unless somebody else has it. */
  stop(): void;
}

/** A {@link Target} other than a function, or none. */
type Address = string | URL | null | undefined | false;

/**
 * A socket until the scope ends: of the component, or an `effectScope`. Outside of any, until `stop()`.
 *
 * Sockets are shared by all whose URL (as text), protocols and options are equal; the first to come makes it. In options only
 * texts, numbers and booleans are compared. Functions (`authenticate`, `shouldReconnect`, `pong`, a codec …) are those of the
 * component that came last and still holds the socket. A URL function is equal to itself.
 *
 * A shared socket that has ended connects again when another component comes.
 *
 * @param url A text, `URL`, or `null`, `undefined`, `false` or `''` for no socket; a ref or a getter of one, and a change connects to the new. A
 * function is a getter, as everywhere in Vue: for a URL that is asked for before each attempt, give a getter of that
 * function, `() => askForUrl`.
 * @param options Default `{}`. Not reactive: a ref, here or as an option, is a `TypeError`.
 * @throws What `new WebSocket()` throws.
 */
export declare function useWebSocket<Messages = Anything>(
  url: Address | Ref<Target | null | undefined | false> | (() => Target | null | undefined | false),
  options?: UseWebSocketOptions<Messages>,
): UseWebSocketReturn<Messages>;
