/**
 * `holdfast-ws/react`: one socket for all components with the same URL and options. It opens when the first is mounted, and closes when the
 * last is unmounted. Needs React 18 or later. All times are in milliseconds.
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
  WebSocketEventMap,
} from 'holdfast-ws';
import type { Context, ReactNode } from 'react';
import type { Delivery, Outbox } from './outbox';
import type { TabsOptions } from './tabs';

// biome-ignore lint/suspicious/noExplicitAny: as in `WebSocket`, until the application's map says more.
type Anything = any;

/** A class whose sockets are those of `holdfast-ws`. */
export type SocketClass = new (url: Target, protocols?: Protocols, options?: Options) => WebSocket<Anything>;

/**
 * The socket's options (see `Options` of `holdfast-ws`), its protocols, and callbacks. The callbacks of the last render are called.
 * Changing them has no effect on the socket.
 */
export interface UseWebSocketOptions<Messages = Anything> extends Options {
  /** Subprotocols to offer, or a function that returns them. The function of the last render is called before each attempt. Default none. */
  protocols?: Protocols;
  /** `false`: this component has its own socket. Default `true`. */
  share?: boolean;
  /**
   * The class of the socket: that of `holdfast-ws/tabs`, one with preset options (`WebSocket.with()`), or a test world's. Default: the class
   * of `holdfast-ws`. Components with different classes don't share a socket.
   */
  WebSocket?: SocketClass | undefined;
  /** Options of the class of `holdfast-ws/tabs`. */
  tabs?: TabsOptions | undefined;
  /**
   * Called once for each connection while the component is mounted, also for a connection that was already open when it was mounted. A
   * component can subscribe here.
   */
  onOpen?(event: Event, ws: WebSocket<Messages>): void;
  /** Called with each message, once and in order, whether or not anything renders. */
  onMessage?(event: MessageEvent, ws: WebSocket<Messages>): void;
  /** Called with each `error` event. */
  onError?(event: Event, ws: WebSocket<Messages>): void;
  /** Called when a connection has ended; it was the last if `event.willReconnect` is false. Not called when unmounting ends it. */
  onClose?(event: ClosedEvent, ws: WebSocket<Messages>): void;
  /** Called when messages waited longer than `queue.maxAge` and were dropped. They are in `event.unsent`. */
  onExpired?(event: ExpiredEvent, ws: WebSocket<Messages>): void;
  /** Called when another attempt is planned, `event.delay` milliseconds from now. */
  onReconnecting?(event: ReconnectingEvent, ws: WebSocket<Messages>): void;
  /** Called with each `statuschange` event. */
  onStatusChange?(event: StatusChangeEvent, ws: WebSocket<Messages>): void;
}

/** The result of {@link useWebSocket}. */
export interface UseWebSocketResult<Messages = Anything> {
  /**
   * The socket itself, for `stream()`, `reconnect()`, `stats()` … `null` in the first render, on a server and without a URL.
   * `ws.retryAt` can be read while rendering: the component renders again when the next attempt is moved.
   *
   * Other components may share it. `ws.close()` ends it for all of them, and `ws.handle()` replaces their handlers; use `handle` instead.
   */
  readonly ws: WebSocket<Messages> | null;
  /** The state of the socket; `connecting` before there is one, `closed` without a URL. */
  readonly status: Status;
  /**
   * Calls `ws.send()`. The same function until the URL, the protocols or the options change. It works from the first effect on, and
   * messages wait until the connection is open. In an effect's cleanup it sends on the old socket, before that is closed.
   *
   * On a server, and in a cleanup without a socket, it does nothing. Without a URL it logs an `InvalidStateError` with `console.error`,
   * because an exception in an effect would unmount the tree.
   *
   * @throws `InvalidStateError` (DOMException) after the component was unmounted; and what `ws.send()` throws.
   */
  send(data: Data): void;
  /**
   * Calls `ws.request()`; works from the first effect on. The same function as long as `send` is. Rejects with `InvalidStateError`
   * (DOMException) without a socket: without a URL, on a server, or after the component was unmounted.
   */
  readonly request: WebSocket<Messages>['request'];
  /** Calls `ws.call()`, under the same conditions as `request`. */
  readonly call: WebSocket<Messages>['call'];
  /**
   * Calls `ws.handle()` for this component alone. Its handlers are removed with the component, and `null` removes no other component's. If
   * several components share a socket, the last one that was mounted answers.
   *
   * Without a socket it does nothing. With a new socket it is a new function, so an effect that depends on it runs again.
   *
   * @returns A function that removes the handler: `useEffect(() => handle('now', () => Date.now()), [handle])`.
   */
  readonly handle: Handle<Messages, () => void>;
}

/**
 * Returns a socket for as long as the component is mounted. Renders again when `ws` or `status` changes, and never because of a message.
 *
 * Components with an equal URL (as text), protocols and options share a socket; the first one creates it. A change of any of them is a new
 * socket. Of the options only strings, numbers and booleans are compared. Functions (`authenticate`, `shouldReconnect`, `pong`, a codec …)
 * are those of the component that rendered last and still uses the socket.
 *
 * A shared socket that has ended connects again when another component is mounted.
 *
 * @param url A string or `URL`; `null`, `undefined`, `false` or `''` for no socket. The function of the last render is called before each
 * attempt. A socket with a URL function is not shared; use a {@link WebSocketProvider} to share it.
 * @param options Default `{}`.
 * @throws The exceptions of `new WebSocket()`, to the nearest error boundary.
 */
export declare function useWebSocket<Messages = Anything>(
  url: Target | null | undefined | false,
  options?: UseWebSocketOptions<Messages>,
): UseWebSocketResult<Messages>;

/** The props of {@link WebSocketProvider}. */
export interface WebSocketProviderProps {
  /** As for {@link useWebSocket}. */
  url: Target | null | undefined | false;
  /** As for {@link useWebSocket}. Default `{}`. */
  options?: UseWebSocketOptions;
  children?: ReactNode;
}

/** Provides one socket to all components inside. They get it by {@link useWebSocketContext}. */
export declare function WebSocketProvider(props: WebSocketProviderProps): ReactNode;

/**
 * Returns the socket of the {@link WebSocketProvider} around the component.
 *
 * @throws `Error` if there is none.
 */
export declare function useWebSocketContext<Messages = Anything>(): UseWebSocketResult<Messages>;

/** The value of {@link WebSocketContext}, which a test can replace. */
export interface ProvidedWebSocket
  extends Pick<UseWebSocketResult, 'ws' | 'status'>,
    Partial<Pick<UseWebSocketResult, 'request' | 'call' | 'handle'>> {
  send(data: Data): void;
}

/** The context of {@link WebSocketProvider}. A test can provide another value. */
export declare const WebSocketContext: Context<ProvidedWebSocket | null>;

/** Calls the `listener` of the last render for each event of a type, from the mount on. */
export declare function useWebSocketEvent<K extends keyof WebSocketEventMap>(
  ws: WebSocket<Anything> | null,
  type: K,
  listener: (event: WebSocketEventMap[K]) => void,
): void;

/**
 * Returns a value selected from the socket, after each of its events. Renders again only if the value has changed (`Object.is`), so
 * select a string or a number. `latency` changes without an event, so it is as old as the last event.
 *
 * @example const failures = useWebSocketState(ws, (ws) => ws?.attempt ?? 0);
 */
export declare function useWebSocketState<T, Messages = Anything>(
  ws: WebSocket<Messages> | null,
  select: (ws: WebSocket<Messages> | null) => T,
): T;

/**
 * Returns a state that a reducer makes of the messages. The reducer gets each message once, in order. The component renders when the state
 * has changed. Several messages may share one render; none is left out.
 *
 * @param reduce Returns the next state, or the same for no change. It must be pure: StrictMode calls it twice.
 * @example const prices = useWebSocketMessages(ws, (prices, { data }) => ({ ...prices, ...JSON.parse(data) }), {});
 */
// An empty initial value says nothing of its later type. Without these overloads it would be `never[]`, `{}` or `null`.
export declare function useWebSocketMessages(
  ws: WebSocket<Anything> | null,
  reduce: (state: Anything[], event: MessageEvent) => Anything[],
  initial: [],
): Anything[];
export declare function useWebSocketMessages(
  ws: WebSocket<Anything> | null,
  reduce: (state: Record<string, Anything>, event: MessageEvent) => Record<string, Anything>,
  initial: Record<string, never>,
): Record<string, Anything>;
export declare function useWebSocketMessages(
  ws: WebSocket<Anything> | null,
  reduce: (state: Anything, event: MessageEvent) => unknown,
  initial: null | undefined,
): Anything;
export declare function useWebSocketMessages<S>(
  ws: WebSocket<Anything> | null,
  reduce: (state: S, event: MessageEvent) => S,
  initial: S,
): S;

/**
 * Returns the deliveries of an outbox that have not ended, in order. Renders again when there is a change. On a server it is empty.
 *
 * @example const pending = useOutbox(outbox);
 * return pending.length > 0 && <p>{pending.length} changes not yet saved</p>;
 */
export declare function useOutbox<Message = unknown, Receipt = unknown>(
  outbox: Outbox<Message, Receipt> | null | undefined,
): readonly Delivery<Message, Receipt>[];
