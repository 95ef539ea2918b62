/**
 * `holdfast-ws/react`: one socket for all components that ask for the same, opened when the first is mounted and closed when the
 * last is gone. Needs React 18 or later. All times are in milliseconds.
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
  /** Each connection that opens. Not called for one that was open already when the component came: see `status`. */
  onOpen?(event: Event, ws: WebSocket<Messages>): void;
  /** Each message, once, in order, whether or not anything renders. */
  onMessage?(event: MessageEvent, ws: WebSocket<Messages>): void;
  onError?(event: Event, ws: WebSocket<Messages>): void;
  /** Each connection that ends; with `event.willReconnect === false` it was the last. Not called for one that unmounting ends. */
  onClose?(event: ClosedEvent, ws: WebSocket<Messages>): void;
  /** Another attempt is planned, `event.delay` milliseconds from now. */
  onReconnecting?(event: ReconnectingEvent, ws: WebSocket<Messages>): void;
  onStatusChange?(event: StatusChangeEvent, ws: WebSocket<Messages>): void;
}

export interface UseWebSocketResult<Messages = Anything> {
  /**
   * The socket itself, for `request()`, `close()`, `stats()` … `null` in the first render, on a server and without a URL.
   * `ws.attempt` and `ws.retryAt` change with `status`, and so are right when read while rendering.
   */
  readonly ws: WebSocket<Messages> | null;
  /** What the line is doing: `connecting` before there is a socket, `closed` without a URL. */
  readonly status: Status;
  /**
   * `ws.send()`, and always the same function. It works in effects of the first mount too, and what is sent before the line is
   * open waits its turn.
   *
   * @throws `InvalidStateError` (DOMException) without a URL, while rendering the first time, and on a server; and what
   * `ws.send()` throws.
   */
  send(data: Data): void;
}

/**
 * A socket for as long as the component is mounted. Renders again when `ws` or `status` changes, and never because of a message.
 *
 * Components share a socket whose URL (as text), protocols and options are equal; the first to come makes it. A change of any of
 * them is a new socket. In options only texts, numbers and booleans are compared: of functions and objects inside of a group
 * (`shouldReconnect`, `pong`, a codec …) the socket keeps those it was made with.
 *
 * @param url A text or `URL`; `null` or `undefined` for no socket. A function is asked before each attempt, always that of the
 * last render; such a socket is this component's own, so put it in a {@link WebSocketProvider} to share it.
 * @param options Default `{}`.
 * @throws What `new WebSocket()` throws, to the nearest error boundary.
 */
export declare function useWebSocket<Messages = Anything>(
  url: Target | null | undefined,
  options?: UseWebSocketOptions<Messages>,
): UseWebSocketResult<Messages>;

export interface WebSocketProviderProps {
  /** As for {@link useWebSocket}. */
  url: Target | null | undefined;
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

/** What the provider provides. A test can put something else there. */
export declare const WebSocketContext: Context<UseWebSocketResult | null>;

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
export declare function useWebSocketMessages<S>(
  ws: WebSocket<Anything> | null,
  reduce: (state: S, event: MessageEvent) => S,
  initial: S,
): S;
