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
  find,
  GONE,
  type Handler,
  type Hold,
  hold,
  isOver,
  NO_URL,
  noSocket,
  type Owner,
  SOON,
  type State,
  targetOf,
  without,
} from './shared-socket';

interface Methods {
  send(data: string | BufferSource | Blob): void;
  request(...given: unknown[]): Promise<unknown>;
  call(...given: unknown[]): Promise<unknown>;
  handle(method: string, handler: Handler | null): () => void;
}

type Api = State & Methods;

/** Where a component is in its life. `Leaving` lasts until all the cleanups of a commit have run. */
enum Phase {
  New,
  Mounted,
  Leaving,
  Gone,
}

/** What a component keeps from render to render. URL and options are those of the last render that was committed. */
interface Seat extends Owner {
  readonly _self: string;
  _key: string | null;
  _phase: Phase;
  /** A commit has brought another key, and nothing was done about it yet. */
  _due: boolean;
  _held: Hold | undefined;
  /** Let go in this turn, by key: cleanups may send on it still. */
  readonly _leaving: Map<string, Hold>;
}

const takeSeat = (): Seat => ({
  _self: identify({}),
  _key: null,
  _url: null,
  _given: {},
  _phase: Phase.New,
  _due: false,
  _held: undefined,
  _leaving: new Map(),
});

/** Takes hold of the socket of the last commit. */
function take(seat: Seat): void {
  const { _key: key, _held: held } = seat;
  seat._due = false;
  seat._phase = Phase.Mounted;
  if (key === null || held?._key === key) return;
  if (held) seat._leaving.set(held._key, held);
  seat._held = hold(key, seat);
}

function leave(seat: Seat, held: Hold | undefined): void {
  if (seat._held === held) seat._held = undefined;
  seat._phase = Phase.Leaving;
  const over = () => {
    if (seat._phase === Phase.Leaving) {
      seat._phase = Phase.Gone;
      // Who comes back, as Activity has it, is told again.
      seat._opened = undefined;
    }
    if (held && seat._leaving.get(held._key) === held) seat._leaving.delete(held._key);
  };
  if (held) seat._leaving.set(held._key, held);
  if (held) held._release(over);
  else queueMicrotask(over);
}

const noServer = typeof document !== 'undefined';

/** Methods of the socket of one key, so that a cleanup which runs after a change of the URL still speaks with the old one. */
function methodsOf(seat: Seat, key: string | null): Methods {
  const holding = (): Hold | undefined => {
    // A child's layout effects run before the component's own.
    if (seat._due && seat._key === key && seat._phase < Phase.Leaving) take(seat);
    const { _held: held } = seat;
    return held?._key === key ? held : (seat._leaving.get(`${key}`) ?? held);
  };
  const socket = () => holding()?._ws;
  const why = () => noSocket([`it can't be used while rendering`, NO_URL, GONE, GONE][seat._phase] as string);
  const ask =
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
      // An exception out of an effect would take the tree with it, so it is only told of as long as there is a tree.
      if (seat._phase === Phase.Gone) throw why();
      if (noServer && seat._phase < Phase.Leaving) console.error(why());
    },
    request: ask('request'),
    call: ask('call'),
    handle(method, handler) {
      const held = holding();
      held?._handle(method, handler);
      // As an effect's cleanup.
      return () => held?._handle(method, null);
    },
  };
}

const NEVER = () => () => {};

export function useWebSocket(url: Target | null | undefined, ...more: unknown[]): Api {
  const given = readGiven(...more);
  const target = targetOf(url);
  const [seat] = useState(takeSeat);
  // Functions are new with each render, so they aren't compared; those of the last render are asked, for this component alone.
  const key = target === null ? null : keyOf(target, given, seat._self, () => seat._self);

  // Runs before every layout effect and only for what is committed. Nothing is opened here: it may be a hidden tree.
  useInsertionEffect(() => {
    seat._url = target;
    seat._given = given;
    seat._due ||= seat._key !== key;
    seat._key = key;
    seat._phase ||= Phase.Mounted;
    if (seat._held?._key === key) seat._held?._touch();
  });
  // Taken before any effect runs, so that those can send, and those of children too; let go by an effect's end and not by a
  // layout effect's, which Suspense ends as often as it hides what is there already.
  useCommitEffect(() => take(seat), [key, seat]);
  useEffect(() => {
    take(seat);
    const { _held: mine } = seat;
    return () => leave(seat, mine?._key === key ? mine : undefined);
  }, [key, seat]);

  const [subscribe, snapshot] = useMemo(() => {
    if (key === null) return [NEVER, () => without(null)];
    const watch = (watcher: () => void) => {
      const shared = find(key);
      shared?._watchers.add(watcher);
      return () => shared?._watchers.delete(watcher);
    };
    const look = () => {
      const shared = find(key);
      // One that has ended begins anew with whoever comes next.
      return shared && (seat._held?._key === key || !isOver(shared)) ? shared._state : SOON;
    };
    return [watch, look];
  }, [key, seat]);
  const state = useSyncExternalStore<State>(subscribe, snapshot, () => without(target));
  const methods = useMemo(() => methodsOf(seat, key), [seat, key]);
  return useMemo(() => ({ ...state, ...methods }), [state, methods]);
}

/** React 18 warns of layout effects on a server, where none of them runs. */
const useCommitEffect = noServer ? useLayoutEffect : useEffect;

/** Always the value of the last render that was committed, for what is called between renders. */
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
    const hear = (event: Event) => latest.current(event);
    ws?.addEventListener(type, hear);
    return () => ws?.removeEventListener(type, hear);
  }, [ws, type]);
}

const TYPES = ['statuschange', 'open', 'message', 'error', 'close', 'reconnecting'];

export function useWebSocketState<T>(ws: Socket | null, select: (ws: Socket | null) => T): T {
  // What is selected may be a new object each time, so it is kept until something happens.
  const [subscribe, look] = useMemo(() => {
    let seen: { select: unknown; value: T } | undefined;
    const listen = (watcher: () => void) => {
      const hear = () => {
        seen = undefined;
        watcher();
      };
      // For what has happened since the render.
      seen = undefined;
      for (const type of TYPES) ws?.addEventListener(type, hear);
      return () => {
        for (const type of TYPES) ws?.removeEventListener(type, hear);
      };
    };
    const look = (by: typeof select) => {
      if (seen?.select !== by) seen = { select: by, value: by(ws) };
      return seen.value;
    };
    return [listen, look];
  }, [ws]);
  const snapshot = () => look(select);
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}

export function useWebSocketMessages<S>(ws: Socket | null, reduce: (state: S, event: MessageEvent) => S, initial: S): S {
  const [state, add] = useReducer(reduce, initial);
  useWebSocketEvent(ws, 'message', add as (event: Event) => void);
  return state;
}
