/** What the skin keeps for each socket, and how a method finds it again from `this`. */
import type { Core } from 'holdfast:wasm';
import type { Drains } from './asking';
import type { Host } from './host';
import type { Listeners } from './listeners';
import type { Zone } from './native';
import type { Settings } from './options';
import type { Pending } from './requests';

/** Reachable from its WebSocket only (and from the host while that is pinned), so it goes when the WebSocket goes. */
export interface Socket {
  readonly _ws: EventTarget;
  readonly _host: Host;
  readonly _settings: Settings;
  /** What the constructor was given: a text, or a function to ask before each connection. */
  readonly _givenUrl: unknown;
  readonly _givenProtocols: unknown;
  _core: Core;
  _bubbling: Listeners;
  _capturing: Listeners;
  /** Of `onopen` and its like: the value, and the listener that stands for it among the others. */
  _handlers: { [type: string]: [value: object | null, relay: (event: Event) => void, zone: Zone | undefined] };
  /** See `retarget.ts`. */
  _shapes: { [type: string]: object };
  /** Requests that wait for a reply. */
  _pending: Pending;
  /** The application's functions that the server may call. */
  _calls: Map<string, (params: unknown) => unknown>;
  _drains: Drains;
  /** The connection that `authenticate` is called with, until it is done. */
  _admitting: number | undefined;
  _lastClose: CloseEvent | null;
  /** The last that the option `resume` gave. */
  _token: unknown;
}

export const sockets = new WeakMap<object, Socket>();

/** The brand check of every attribute and method. */
export function socketOf(ws: object): Socket {
  const socket = sockets.get(ws);
  if (!socket) throw TypeError('Illegal invocation');
  return socket;
}
