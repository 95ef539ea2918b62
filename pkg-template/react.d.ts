/**
 * `holdfast-ws/react`: one socket for all components that ask for the same, opened when the first is mounted and closed when the
 * last is gone. Needs React 18 or later. All times are in milliseconds.
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

// biome-ignore lint/suspicious/noExplicitAny: as in `WebSocket`, until the application's map says more.
type Anything = any;

/**
 * The socket's options (see `Options` of `holdfast-ws` for each and its default), its protocols, and callbacks. The callbacks are
 * those of the last render; changing them does nothing to the socket.
 */
export interface UseWebSocketOptions<Messages = Anything> extends Options {
  /** Subprotocols to offer. Default none. A function is asked for them before each attempt, always that of the last render. */
  protocols?: Protocols;
  /** `false`: a socket of this component's own, which no other component shares. Default `true`. */
  share?: boolean;
  /**
   * Called once for each connection while the component is mounted, also for one that was open already when it came. So a
   * component can subscribe in it.
   */
  onOpen?(event: Event, ws: WebSocket<Messages>): void;
  /** Each message, once, in order, whether or not anything renders. */
  onMessage?(event: MessageEvent, ws: WebSocket<Messages>): void;
  onError?(event: Event, ws: WebSocket<Messages>): void;
  /** Each connection that ends; with `event.willReconnect === false` it was the last. Not called for one that unmounting ends. */
  onClose?(event: ClosedEvent, ws: WebSocket<Messages>): void;
  /** Messages waited in the queue for longer than `queue.maxAge` and were dropped; they are in `event.unsent`. */
  onExpired?(event: ExpiredEvent, ws: WebSocket<Messages>): void;
  /** Another attempt is planned, `event.delay` milliseconds from now. */
  onReconnecting?(event: ReconnectingEvent, ws: WebSocket<Messages>): void;
  onStatusChange?(event: StatusChangeEvent, ws: WebSocket<Messages>): void;
}

export interface UseWebSocketResult<Messages = Anything> {
  /**
   * The socket itself, for `stream()`, `reconnect()`, `stats()` … `null` in the first render, on a server and without a URL.
   * `ws.retryAt` is right when read while rendering: the component renders again when the next attempt is moved.
   *
   * It is everybody's who shares it: `ws.close()` ends it for all of them, and `ws.handle()` replaces another's handler: use `handle`.
   */
  readonly ws: WebSocket<Messages> | null;
  /** What the line is doing: `connecting` before there is a socket, `closed` without a URL. */
  readonly status: Status;
  /**
   * `ws.send()`. The same function until the URL, the protocols or the options change. It works in effects of the first mount, and
   * messages wait until the connection is open. In an effect's cleanup it sends on the socket that is left, before it is closed.
   *
   * On a server, and in a cleanup without a socket, it does nothing. While there is no socket for another reason (no URL) it
   * logs an `InvalidStateError` with `console.error`, because an exception in an effect would unmount the tree.
   *
   * @throws `InvalidStateError` (DOMException) once the component is gone; and what `ws.send()` throws.
   */
  send(data: Data): void;
  /**
   * `ws.request()`, from the first effect on; the same function as long as `send` is. Rejects with `InvalidStateError`
   * (DOMException) without a socket: without a URL, on a server, or once the component is gone.
   */
  readonly request: WebSocket<Messages>['request'];
  /** `ws.call()`, as `request`. */
  readonly call: WebSocket<Messages>['call'];
  /**
   * `ws.handle()` for this component alone. It ends with the component, and `null` takes off no other's handler. Of several
   * components that share a socket the one that came last answers.
   *
   * Without a socket it does nothing. It is another function with another socket, so an effect that depends on it is run again.
   *
   * @returns Takes the handler off: `useEffect(() => handle('now', () => Date.now()), [handle])`.
   */
  readonly handle: Handle<Messages, () => void>;
}

/**
 * A socket for as long as the component is mounted. Renders again when `ws` or `status` changes, and never because of a message.
 *
 * Components share a socket whose URL (as text), protocols and options are equal; the first to come makes it. A change of any of
 * them is a new socket. In options only texts, numbers and booleans are compared. Functions (`authenticate`, `shouldReconnect`,
 * `pong`, a codec …) are those of the component that rendered last and still holds the socket.
 *
 * A shared socket that has ended connects again when another component comes.
 *
 * @param url A text or `URL`; `null`, `undefined`, `false` or `''` for no socket. A function is asked before each attempt, always that of the
 * last render; such a socket is this component's own, so put it in a {@link WebSocketProvider} to share it.
 * @param options Default `{}`.
 * @throws What `new WebSocket()` throws, to the nearest error boundary.
 */
export declare function useWebSocket<Messages = Anything>(
  url: Target | null | undefined | false,
  options?: UseWebSocketOptions<Messages>,
): UseWebSocketResult<Messages>;

export interface WebSocketProviderProps {
  /** As for {@link useWebSocket}. */
  url: Target | null | undefined | false;
  /** As for {@link useWebSocket}. Default `{}`. */
  options?: UseWebSocketOptions;
  children?: ReactNode;
}

/** One socket for all components inside, which get it by {@link useWebSocketContext}. */
export declare function WebSocketProvider(props: WebSocketProviderProps): ReactNode;

/**
 * The socket of the {@link WebSocketProvider} around the component.
 *
 * @throws `Error` if there is none.
 */
export declare function useWebSocketContext<Messages = Anything>(): UseWebSocketResult<Messages>;

/** What a test puts in the place of {@link UseWebSocketResult}. */
export interface ProvidedWebSocket
  extends Pick<UseWebSocketResult, 'ws' | 'status'>,
    Partial<Pick<UseWebSocketResult, 'request' | 'call' | 'handle'>> {
  send(data: Data): void;
}

/** What the provider provides. A test can put something else there. */
export declare const WebSocketContext: Context<ProvidedWebSocket | null>;

/** Calls `listener`, always that of the last render, for each event of a type from the moment the component is mounted. */
export declare function useWebSocketEvent<K extends keyof WebSocketEventMap>(
  ws: WebSocket<Anything> | null,
  type: K,
  listener: (event: WebSocketEventMap[K]) => void,
): void;

/**
 * Something about the socket, looked up after each of its events. Renders again only if it is another value than before
 * (`Object.is`), so let it be a text or a number. `latency` changes without an event and is as old as the last one.
 *
 * @example const failures = useWebSocketState(ws, (ws) => ws?.attempt ?? 0);
 */
export declare function useWebSocketState<T, Messages = Anything>(
  ws: WebSocket<Messages> | null,
  select: (ws: WebSocket<Messages> | null) => T,
): T;

/**
 * A state made of messages, by a reducer as `useReducer` takes it: it sees each message once, in order, and the component renders
 * when the state has changed. Messages that come faster than React renders are put together in one render; none is left out.
 *
 * @param reduce Returns the next state, or the same for no change. It must be pure: StrictMode calls it twice.
 * @example const prices = useWebSocketMessages(ws, (prices, { data }) => ({ ...prices, ...JSON.parse(data) }), {});
 */
// What is empty at first says nothing of what it will be: without these it would be `never[]`, `{}` and `null`.
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
