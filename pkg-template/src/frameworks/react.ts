/** `holdfast-ws/react`. The types are written by hand, in `react.d.ts`. */
import type { WebSocket as Socket, Target } from 'holdfast-ws';
import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useInsertionEffect,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { type Given, identify, keyOf, readGiven } from './hook-options';
import {
  acquire,
  CONNECTING,
  find,
  type Handler,
  isOver,
  type Lease,
  NO_URL,
  noSocket,
  type Owner,
  type State,
  stateWithout,
  targetOf,
  UNMOUNTED,
} from './shared-socket';

interface Methods {
  send(data: string | BufferSource | Blob): void;
  request(...given: unknown[]): Promise<unknown>;
  call(...given: unknown[]): Promise<unknown>;
  handle(method: string, handler: Handler | null): () => void;
}

type Api = State & Methods;

/** The stage of a component's life. `Leaving` lasts until all the cleanups of a commit have run. */
enum Phase {
  New,
  Mounted,
  Leaving,
  Gone,
}

/** The state that a component keeps from render to render. URL and options are those of the last render that was committed. */
interface Component extends Owner {
  readonly _self: string;
  _key: string | null;
  _phase: Phase;
  /** True if a commit has brought another key, whose socket is not acquired yet. */
  _due: boolean;
  _lease: Lease | undefined;
  /** Released in this turn, by key: cleanups may send on it still. */
  readonly _leaving: Map<string, Lease>;
}

const newComponent = (): Component => ({
  _self: identify({}),
  _key: null,
  _url: null,
  _given: {},
  _phase: Phase.New,
  _due: false,
  _lease: undefined,
  _leaving: new Map(),
});

/** Acquires the socket of the last commit. */
function acquireLatest(component: Component): void {
  const { _key: key, _lease: lease } = component;
  component._due = false;
  component._phase = Phase.Mounted;
  if (key === null || lease?._key === key) return;
  if (lease) component._leaving.set(lease._key, lease);
  component._lease = acquire(key, component);
}

function release(component: Component, lease: Lease | undefined): void {
  if (component._lease === lease) component._lease = undefined;
  component._phase = Phase.Leaving;
  const over = () => {
    if (component._phase === Phase.Leaving) {
      component._phase = Phase.Gone;
      // A component that is shown again, as by Activity, gets the event again.
      component._opened = undefined;
    }
    if (lease && component._leaving.get(lease._key) === lease) component._leaving.delete(lease._key);
  };
  if (lease) component._leaving.set(lease._key, lease);
  if (lease) lease._release(over);
  else queueMicrotask(over);
}

const noServer = typeof document !== 'undefined';

/** Methods of the socket of one key, so that a cleanup which runs after a change of the URL still speaks with the old one. */
function methodsOf(component: Component, key: string | null): Methods {
  const currentLease = (): Lease | undefined => {
    // A child's layout effects run before the component's own.
    if (component._due && component._key === key && component._phase < Phase.Leaving) acquireLatest(component);
    const { _lease: lease } = component;
    return lease?._key === key ? lease : (component._leaving.get(`${key}`) ?? lease);
  };
  const socket = () => currentLease()?._ws;
  const why = () => noSocket([`it can't be used while rendering`, NO_URL, UNMOUNTED, UNMOUNTED][component._phase] as string);
  const requestMethod =
    (method: 'request' | 'call') =>
    async (...given: unknown[]) => {
      const ws = socket();
      if (!ws) throw why();
      return (ws[method] as (...given: unknown[]) => Promise<unknown>)(...given);
    };
  return {
    send(data) {
      const ws = socket();
      if (ws) return ws.send(data);
      // An exception in an effect would unmount the tree, so it is only logged while there is a tree.
      if (component._phase === Phase.Gone) throw why();
      if (noServer && component._phase < Phase.Leaving) console.error(why());
    },
    request: requestMethod('request'),
    call: requestMethod('call'),
    handle(method, handler) {
      const lease = currentLease();
      lease?._handle(method, handler);
      // As an effect's cleanup.
      return () => lease?._handle(method, null);
    },
  };
}

const NEVER = () => () => {};

export function useWebSocket(url: Target | null | undefined, ...more: unknown[]): Api {
  const given = readGiven(...more);
  const target = targetOf(url);
  const [component] = useState(newComponent);
  // Functions are new with each render, so they aren't compared. Those of the last render are called, for this component alone.
  const key = target === null ? null : keyOf(target, given, component._self, () => component._self);

  // Runs before every layout effect, and only for committed renders. Nothing is opened here: it may be a hidden tree.
  useInsertionEffect(() => {
    component._url = target;
    component._given = given;
    component._due ||= component._key !== key;
    component._key = key;
    component._phase ||= Phase.Mounted;
    if (component._lease?._key === key) component._lease?._markRendered();
  });
  // Acquired before any effect runs, so that effects can send, those of children too. Released by an effect's cleanup, not by a
  // layout effect's: Suspense runs those whenever it hides content.
  useCommitEffect(() => acquireLatest(component), [key, component]);
  useEffect(() => {
    acquireLatest(component);
    const { _lease: mine } = component;
    return () => release(component, mine?._key === key ? mine : undefined);
  }, [key, component]);

  const [subscribe, snapshot] = useMemo(() => {
    if (key === null) return [NEVER, () => stateWithout(null)];
    const watch = (watcher: () => void) => {
      const shared = find(key);
      shared?._watchers.add(watcher);
      return () => shared?._watchers.delete(watcher);
    };
    const snapshot = () => {
      const shared = find(key);
      // A socket that has ended starts again with the next component.
      return shared && (component._lease?._key === key || !isOver(shared)) ? shared._state : CONNECTING;
    };
    return [watch, snapshot];
  }, [key, component]);
  const state = useSyncExternalStore<State>(subscribe, snapshot, () => stateWithout(target));
  const methods = useMemo(() => methodsOf(component, key), [component, key]);
  return useMemo(() => ({ ...state, ...methods }), [state, methods]);
}

/** React 18 warns of layout effects on a server, where none of them runs. */
const useCommitEffect = noServer ? useLayoutEffect : useEffect;

/** Always the value of the last committed render, for functions that are called between renders. */
function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useInsertionEffect(() => {
    ref.current = value;
  });
  return ref;
}
export const WebSocketContext = createContext<Api | null>(null);

export function WebSocketProvider(props: { url: Target | null | undefined; options?: Given; children?: ReactNode }) {
  const value = useWebSocket(props.url, props.options);
  return createElement(WebSocketContext.Provider, { value }, props.children);
}

export function useWebSocketContext(): Api {
  const value = useContext(WebSocketContext);
  if (!value) throw Error('holdfast-ws: useWebSocketContext() is for components inside of a <WebSocketProvider>');
  return value;
}

export function useWebSocketEvent(ws: Socket | null, type: string, listener: (event: Event) => unknown): void {
  const latest = useLatest(listener);
  useCommitEffect(() => {
    const onEvent = (event: Event) => latest.current(event);
    ws?.addEventListener(type, onEvent);
    return () => ws?.removeEventListener(type, onEvent);
  }, [ws, type]);
}

const TYPES = ['statuschange', 'open', 'message', 'error', 'close', 'reconnecting'];

export function useWebSocketState<T>(ws: Socket | null, select: (ws: Socket | null) => T): T {
  // The selector may return a new object each time, so its result is kept until something happens.
  const [subscribe, read] = useMemo(() => {
    let seen: { select: unknown; value: T } | undefined;
    const listen = (watcher: () => void) => {
      const onEvent = () => {
        seen = undefined;
        watcher();
      };
      // Events may have come since the render.
      seen = undefined;
      for (const type of TYPES) ws?.addEventListener(type, onEvent);
      return () => {
        for (const type of TYPES) ws?.removeEventListener(type, onEvent);
      };
    };
    const read = (by: typeof select) => {
      if (seen?.select !== by) seen = { select: by, value: by(ws) };
      return seen.value;
    };
    return [listen, read];
  }, [ws]);
  const snapshot = () => read(select);
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}

export function useWebSocketMessages<S>(ws: Socket | null, reduce: (state: S, event: MessageEvent) => S, initial: S): S {
  const [state, add] = useReducer(reduce, initial);
  useWebSocketEvent(ws, 'message', add as (event: Event) => void);
  return state;
}

/** The part of an outbox that components read. */
interface Pending extends EventTarget {
  readonly pending: readonly unknown[];
}

const NOTHING: readonly unknown[] = [];

export function useOutbox(outbox: Pending | null | undefined): readonly unknown[] {
  const [subscribe, read] = useMemo(() => {
    const listen = (watcher: () => void) => {
      outbox?.addEventListener('change', watcher);
      return () => outbox?.removeEventListener('change', watcher);
    };
    return [listen, () => outbox?.pending ?? NOTHING];
  }, [outbox]);
  return useSyncExternalStore(subscribe, read, () => NOTHING);
}
