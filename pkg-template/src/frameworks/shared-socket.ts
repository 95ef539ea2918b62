/**
 * One socket for all components with the same key. It is counted by its leases, and closed with the last of them. The entries for React and Vue build on it.
 * The rules of a connection are the socket's own.
 */
import type { WebSocket as Socket, Status, Target } from 'holdfast-ws';
import { WebSocket } from 'holdfast-ws';
import { CALLBACKS, follow, type Given, optionsOf } from './hook-options';

/** A handler of the server's calls. */
export type Handler = (params: unknown) => unknown;

type Callback = ((event: Event, ws: Socket) => unknown) | undefined;

export interface State {
  readonly ws: Socket | null;
  readonly status: Status;
}

/** Before there is a socket, and on a server, which makes none. */
export const CONNECTING: State = { ws: null, status: 'connecting' };
const NO_SOCKET: State = { ws: null, status: 'closed' };

/** Returns the URL, or null for no socket: for nothing, and for the value of `room && url` without a room. */
export const targetOf = (url: unknown): Target | null => (url ? (url as Target) : null);

export const stateWithout = (target: unknown): State => (target === null ? NO_SOCKET : CONNECTING);

/** A component: the URL and the options of its last render, replaced by each. */
export interface Owner {
  _url: Target | null;
  _given: Given;
  /** The last `open` that was dispatched to it. StrictMode mounts twice, and the same `open` isn't dispatched twice. */
  _opened?: object;
}

export interface Shared {
  readonly _ws: Socket;
  _state: State;
  /** When the next attempt was planned for, as of the last look. */
  _retryAt: number | null;
  /** The `open` of the connection there is, once it is being dispatched. */
  _opened: object | undefined;
  /** In the order of their last renders. */
  readonly _leases: Set<Lease>;
  /** The component that rendered last: its functions are called. The last of all, once every lease is released. */
  _owner: Owner;
  readonly _watchers: Set<() => void>;
  /** By method, in the order of their coming: the last one answers. */
  readonly _handlers: Map<string, readonly [Lease, Handler][]>;
  /** Notifies the watchers if the state has changed. */
  _update(): void;
}

const all = new Map<string, Shared>();

/** Returns the socket of a key, if there is a lease of it. */
export const find = (key: string): Shared | undefined => all.get(key);

/** True if an attempt is planned for another time. The same time reads differently by a millisecond or so, as clocks do. */
export const isRescheduled = (now: number | null, before: number | null): boolean => Math.abs((now ?? 0) - (before ?? 0)) > 100;

/** True if it is closing or closed, and won't connect again by itself. */
export const isOver = (shared: Shared): boolean => shared._ws.readyState > 1;

function open(key: string, owner: Owner): Shared {
  const { _url: url, _given: given } = owner;
  // An unmounted component's functions may not be called, so each function is looked up when it is needed.
  let shared: Shared | undefined;
  const newest = () => shared?._owner ?? owner;
  const target = typeof url === 'function' ? follow(url, () => newest()._url, 0) : url;
  const protocols =
    typeof given.protocols === 'function' ? follow(given.protocols, () => newest()._given.protocols, 0) : given.protocols;
  const options = follow(optionsOf(given), () => newest()._given, 2);
  const ws = new (given.WebSocket || WebSocket)(target as Target, protocols as Given['protocols'], options as object);
  const made: Shared = {
    _ws: ws,
    _state: { ws, status: ws.status },
    _retryAt: ws.retryAt,
    _opened: undefined,
    _leases: new Set(),
    _owner: owner,
    _watchers: new Set(),
    _handlers: new Map(),
    _update() {
      const { status, retryAt } = ws;
      if (status !== 'open') made._opened = undefined;
      if (status === made._state.status && !isRescheduled(retryAt, made._retryAt)) return;
      made._state = { ws, status };
      made._retryAt = retryAt;
      for (const watcher of made._watchers) watcher();
    },
  };
  shared = made;
  // Added before any lease's, so that a component that comes while `open` is being dispatched knows that it has missed it.
  ws.addEventListener('open', (event) => {
    made._opened = event;
  });
  ws.addEventListener('statuschange', made._update);
  // An attempt that is moved to another time is no change of status.
  ws.addEventListener('reconnecting', made._update);
  all.set(key, made);
  return made;
}

/** A component's lease of a socket, and its listeners. */
export interface Lease {
  readonly _key: string;
  readonly _ws: Socket;
  readonly _owner: Owner;
  /** The component has rendered: from now on its functions are called. */
  _markRendered(): void;
  /** `ws.handle()` for this component alone: `null` removes its own handler, and so does `_release`. */
  _handle(method: string, handler: Handler | null): void;
  /** Ends the lease. `done` is called when all the cleanups of this turn have run, before the socket is closed. */
  _release(done: () => void): void;
}

/** Makes an `open` event for a component that came after it was dispatched. */
const openEvent = (ws: Socket): Event =>
  Object.defineProperties(new Event('open'), { target: { value: ws }, currentTarget: { value: ws } });

export function acquire(key: string, owner: Owner): Lease {
  const known = find(key);
  // A socket that has ended is not shared with new components. Its lessees get it back.
  const shared = known && (known._leases.size || !isOver(known)) ? known : open(key, owner);
  const { _ws: ws, _leases: leases } = shared;
  if (isOver(shared)) {
    ws.reconnect();
    // Its events come later; until then no component may see the old end.
    shared._update();
  }
  const notify = (event: Event) => {
    if (event.type === 'open') owner._opened = shared._opened;
    (owner._given[CALLBACKS[event.type as keyof typeof CALLBACKS]] as Callback)?.(event, ws);
  };
  for (const type in CALLBACKS) ws.addEventListener(type, notify);
  const lease: Lease = {
    _key: key,
    _ws: ws,
    _owner: owner,
    _markRendered() {
      leases.delete(lease);
      leases.add(lease);
      shared._owner = owner;
    },
    _handle(method, handler) {
      const before = shared._handlers.get(method) ?? [];
      const all = before.filter(([whose]) => whose !== lease);
      // A handler of another component, or one given to `ws.handle()`, is not removed.
      if (handler === null && all.length === before.length) return;
      if (handler !== null) all.push([lease, handler]);
      ws.handle(method, all[all.length - 1]?.[1] ?? null);
      shared._handlers.set(method, all);
    },
    _release(done) {
      for (const method of shared._handlers.keys()) lease._handle(method, null);
      for (const type in CALLBACKS) ws.removeEventListener(type, notify);
      leases.delete(lease);
      shared._owner = [...leases].pop()?._owner ?? owner;
      // A successor acquires it before this turn of the event loop ends: StrictMode's second mount, the next page.
      queueMicrotask(() => {
        done();
        if (leases.size) return;
        if (find(key) === shared) all.delete(key);
        ws.close();
      });
    },
  };
  lease._markRendered();
  if (shared._opened)
    queueMicrotask(() => {
      if (shared._opened && shared._opened !== owner._opened && leases.has(lease)) notify(openEvent(ws));
    });
  return lease;
}

export const noSocket = (why: string): DOMException => new DOMException(`There is no socket: ${why}.`, 'InvalidStateError');

export const UNMOUNTED = 'the component is not mounted any more';
export const NO_URL = 'no URL is given';
