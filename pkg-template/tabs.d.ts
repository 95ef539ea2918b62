/**
 * `holdfast-ws/tabs`: the same class, with one connection for all tabs of the origin. One tab holds it, and serves the others. If that
 * tab is closed, crashes or is frozen, another takes over. See `docs/tabs.md`.
 */
import type { WebSocketEventMap } from './events';
import type { WebSocket as OrdinaryWebSocket } from './index';
import type { Anything } from './messages';
import type { Options as OrdinaryOptions, Protocols, Target } from './options';

export { ConnectionLostError, RpcError } from './requests';

/** How tabs find each other, and what they do for each other. */
export interface TabsOptions {
  /**
   * The name of the connection: tabs with the same name share it. By default it is made of the URL's text, the subprotocols and the
   * other options, so tabs with other options have another connection.
   */
  key?: string;
  /** The user who is logged in, such as their number. Tabs of another user have another connection. */
  identity?: string;
  /** For how long (ms) a visible tab lets the tab that leads be silent before it takes over. Default 5,000; at least 1,000. */
  takeOverAfter?: number;
  /**
   * With `worker`: for how long (ms) the connection outlives the last tab, so that a page that is loaded anew finds it open. Default 0, which is half a
   * second. It needs a worker that outlives its pages: `extendedLifetime: true` among its options, where the browser has that.
   */
  linger?: number;
  /**
   * Returns a message that asks the server to send again what it sends at the beginning of a connection. It is sent when this tab joins an open
   * connection, or may have missed messages. Nothing is sent for `undefined`.
   */
  greet?: () => string | BufferSource | Blob | undefined;
  /** The number of the last messages that a later tab gets. Default 0, at most 1,024. */
  replay?: number;
  /**
   * The behaviour where tabs can't find each other (insecure context, opaque origin, locks refused). `'own'`, the default: the tab has a
   * connection of its own. `'throw'`: the constructor throws a `NotSupportedError`.
   */
  otherwise?: 'own' | 'throw';
  /**
   * Starts a SharedWorker that holds the connection in the place of a tab, by `serve()` of `holdfast-ws/tabs/worker`. Write the URL of
   * its script as your bundler takes it. `suffix` is empty, or belongs to the worker's name in the place of a worker that hangs:
   * `(suffix) => new SharedWorker(new URL('./connection.worker.js', import.meta.url), { type: 'module', name: 'connection' + suffix })`.
   */
  worker?: (suffix: string) => SharedWorker;
}

/** The role of a tab. `'leader'` holds the connection; `'own'` has one for itself; for a `'client'` a SharedWorker has it. */
export type Role = 'own' | 'leader' | 'follower' | 'client';

/** Another tab holds the connection now, or this one does. */
export interface RoleChangeEvent extends Event {
  readonly role: Role;
}

/** Messages may be missing. */
export interface GapEvent extends Event {
  /** Messages of this tab that have reached the server or not, and are not sent again. Usually empty: then the server's may be missing. */
  readonly uncertain: readonly unknown[];
}

/** The events of a socket that shares its connection. */
export interface TabsEventMap extends WebSocketEventMap {
  rolechange: RoleChangeEvent;
  gap: GapEvent;
}

/** A socket that shares its connection with other tabs. */
export interface WebSocket<Messages = Anything, Spoken = Anything> extends OrdinaryWebSocket<Messages, Spoken> {
  /** The role of this tab. A `rolechange` event reports each change. */
  readonly role: Role;
  /**
   * Leaves the connection, which goes on for the other tabs, and ends with the last one. With `everyone` it is closed for all tabs: their
   * sockets close with the same code, and don't reconnect.
   */
  close(code?: number, reason?: string, options?: { everyone?: boolean }): void;
  addEventListener<K extends keyof TabsEventMap>(
    type: K,
    listener: (this: OrdinaryWebSocket, event: TabsEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** The options of the ordinary class, and `tabs`. Those of the connection count in the tab that leads. With `reconnect: false` nothing is shared. */
export type Options<Token = Anything> = OrdinaryOptions<Token> & { tabs?: TabsOptions | undefined };

/** The class itself. */
export interface WebSocketConstructor {
  /**
   * Creates a socket, and joins the other tabs. In the tab that leads it starts the first attempt. With the option `tabs.worker` the URL
   * may be `'shared:'`: the worker has it.
   *
   * @throws `SyntaxError` (DOMException) for a URL that the browser refuses.
   * @throws `TypeError` for an unknown option or an impossible value.
   * @throws `NotSupportedError` (DOMException) with `tabs: { otherwise: 'throw' }` or the URL `'shared:'`, where tabs can't find each other.
   */
  new <Messages = Anything, Token = Anything>(
    url: Target<Token>,
    protocols?: Protocols<Token>,
    options?: Options<Token>,
  ): WebSocket<Messages>;
  new <Messages = Anything, Token = Anything>(url: Target<Token>, options: Options<Token>): WebSocket<Messages>;
  readonly prototype: WebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  /** True if the class works in this engine. */
  readonly supported: boolean;
  /** Returns a subclass with preset options. Options of its constructor override them one by one. */
  with(options: Options): WebSocketConstructor;
}

export declare const WebSocket: WebSocketConstructor;
export default WebSocket;
