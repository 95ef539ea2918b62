/**
 * `holdfast-ws/vue`: one socket for all who ask for the same, closed when the last of their scopes ends. Needs Vue 3.3 or later.
 * All times are in milliseconds.
 */
import type {
  ClosedEvent,
  Data,
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
  /** Each connection that opens. Not called for one that was open already: see `status`. */
  onOpen?(event: Event, ws: WebSocket<Messages>): void;
  /** Each message, once, in order, equal ones too, which a watcher of `data` doesn't see. */
  onMessage?(event: MessageEvent, ws: WebSocket<Messages>): void;
  onError?(event: Event, ws: WebSocket<Messages>): void;
  /** Each connection that ends; with `event.willReconnect === false` it was the last. Not called for one that leaving ends. */
  onClose?(event: ClosedEvent, ws: WebSocket<Messages>): void;
  /** Another attempt is planned, `event.delay` milliseconds from now. */
  onReconnecting?(event: ReconnectingEvent, ws: WebSocket<Messages>): void;
  onStatusChange?(event: StatusChangeEvent, ws: WebSocket<Messages>): void;
}

export interface UseWebSocketReturn<Messages = Anything> {
  /**
   * The socket itself, for `request()`, `close()`, `stats()` … `null` on a server and without a URL. `ws.attempt` and
   * `ws.retryAt` change with `status`: use both in a template or a `computed`.
   */
  readonly ws: Readonly<ShallowRef<WebSocket<Messages> | null>>;
  /** What the line is doing: `connecting` on a server, `closed` without a URL. */
  readonly status: Readonly<ShallowRef<Status>>;
  /** The `data` of the last message, `null` before the first. What doesn't use it isn't run by messages. */
  readonly data: Readonly<ShallowRef<Anything>>;
  /**
   * `ws.send()`; works from the first line of `setup` on, because what is sent before the line is open waits its turn.
   *
   * @throws `InvalidStateError` (DOMException) without a URL and on a server; and what `ws.send()` throws.
   */
  send(data: Data): void;
  /** What the end of the scope does: lets go of the socket, which is closed unless somebody else has it. */
  stop(): void;
}

/** A {@link Target} other than a function, or none. */
type Address = string | URL | null | undefined;

/**
 * A socket until the scope ends: of the component, or an `effectScope`. Outside of any, until `stop()`.
 *
 * Sockets are shared by all whose URL (as text), protocols and options are equal; the first to come makes it. In options only
 * texts, numbers and booleans are compared: of functions and objects inside of a group (`shouldReconnect`, `pong`, a codec …) the
 * socket keeps those it was made with. A URL function is equal to itself.
 *
 * @param url A text, `URL`, or `null` or `undefined` for no socket; a ref or a getter of one, and a change connects to the new. A
 * function is a getter, as everywhere in Vue: for a URL that is asked for before each attempt, give a getter of that
 * function, `() => askForUrl`.
 * @param options Default `{}`. Not reactive.
 * @throws What `new WebSocket()` throws.
 */
export declare function useWebSocket<Messages = Anything>(
  url: Address | Ref<Target | null | undefined> | (() => Target | null | undefined),
  options?: UseWebSocketOptions<Messages>,
): UseWebSocketReturn<Messages>;
