/** `holdfast-ws/react`. The types are written by hand, in `react.d.ts`. */
import type { WebSocket as Socket, Target } from 'holdfast-ws';
import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { find, type Given, type Hold, hold, identify, keyOf, type State, sendOn, without } from './share';

type Api = State & { send(data: string | BufferSource | Blob): void };

/** React 18 warns of layout effects on a server, where none of them runs. */
const useCommitEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect;

/** Always the value of the last render that was committed, for what is called between renders. */
function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useCommitEffect(() => {
    ref.current = value;
  });
  return ref;
}

const NEVER = () => () => {};

export function useWebSocket(url: Target | null | undefined, given: Given = {}): Api {
  const latest = useLatest({ url, given });
  const [self] = useState(() => identify({}));
  // Functions are new with each render, so they aren't compared; that of the last render is asked, for this component alone.
  const asks = typeof url === 'function' || typeof given.protocols === 'function';
  const key = url == null ? null : keyOf(`${asks ? self : ''}${typeof url === 'function' ? '' : url}`, withoutAsking(given));
  const held = useRef<Hold | null>(null);

  const take = () => {
    const { url, given } = latest.current;
    if (key === null || url == null || held.current?._key === key) return;
    const ask = <T>(value: T, again: () => unknown): T =>
      typeof value === 'function'
        ? (((...info: unknown[]) => (again() as (...info: unknown[]) => unknown)(...info)) as T)
        : value;
    const target = ask(url, () => latest.current.url);
    const protocols = ask(given.protocols, () => latest.current.given.protocols);
    const authenticate = ask(given.authenticate, () => latest.current.given.authenticate);
    held.current = hold(key, target, { ...given, protocols, authenticate }, () => latest.current.given);
  };

  // Taken before any effect runs, so that those can send, and those of children too; let go by an effect's end and not by a
  // layout effect's, which Suspense ends as often as it hides what is there already.
  useCommitEffect(take, [key]);
  useEffect(() => {
    take();
    const mine = held.current;
    return () => {
      if (held.current === mine) held.current = null;
      mine?._release();
    };
  }, [key]);

  const [subscribe, snapshot] = useMemo(() => {
    const watch = (watcher: () => void) => {
      const shared = find(key as string);
      shared?._watchers.add(watcher);
      return () => shared?._watchers.delete(watcher);
    };
    return [key === null ? NEVER : watch, () => (key === null ? undefined : find(key)?._state) ?? without(key)];
  }, [key]);
  const state = useSyncExternalStore<State>(subscribe, snapshot, () => without(key));
  const send = useCallback<Api['send']>((data) => sendOn(held.current?._ws, data), []);
  return useMemo(() => ({ ...state, send }), [state, send]);
}

const withoutAsking = (given: Given): Given =>
  typeof given.protocols === 'function' ? { ...given, protocols: undefined } : given;

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
