/** `holdfast-ws/vue`. The types are written by hand, in `vue.d.ts`. */
import type { WebSocket as Socket, Status, Target } from 'holdfast-ws';
import {
  getCurrentInstance,
  getCurrentScope,
  hasInjectionContext,
  inject,
  isRef,
  type MaybeRefOrGetter,
  onScopeDispose,
  type ShallowRef,
  shallowRef,
  ssrContextKey,
  toValue,
  triggerRef,
  watch,
} from 'vue';
import { type Given, identify, keyOf, readGiven, throwTypeError } from './hook-options';
import {
  acquire,
  type Handler,
  isRescheduled,
  type Lease,
  NO_URL,
  noSocket,
  type Owner,
  stateWithout,
  targetOf,
  UNMOUNTED,
} from './shared-socket';

interface Api {
  ws: ShallowRef<Socket | null>;
  status: ShallowRef<Status>;
  data: ShallowRef<unknown>;
  send(data: string | BufferSource | Blob): void;
  request(...given: unknown[]): Promise<unknown>;
  call(...given: unknown[]): Promise<unknown>;
  handle(method: string, handler: Handler | null): void;
  stop(): void;
}

/**
 * True while rendering on a server: Vue's renderer is there, or neither a page nor a worker of one. Node has a WebSocket class, and
 * edge runtimes have a WorkerGlobalScope, so those prove nothing. Only workers of a page have a location.
 */
const onServer = () =>
  (hasInjectionContext() && inject<unknown>(ssrContextKey, null) !== null) ||
  (typeof document === 'undefined' && !('WorkerGlobalScope' in globalThis && 'location' in globalThis));

function check(given: unknown): void {
  if (isRef(given)) throwTypeError('the options are not reactive: useWebSocket(url, options) takes a plain object, not a ref');
  for (const [name, value] of Object.entries(given ?? {}))
    if (isRef(value)) throwTypeError(`option ${name} is a ref, and the options are not reactive: give its value`);
}

export function useWebSocket(url: MaybeRefOrGetter<Target | null | undefined>, ...more: unknown[]): Api {
  check(more[0]);
  const given = readGiven(...more);
  const ws = shallowRef<Socket | null>(null);
  const status = shallowRef<Status>('closed');
  const data = shallowRef<unknown>(null);
  const server = onServer();
  const self = identify({});
  let lease: Lease | undefined;
  /** Released in this turn: cleanups of the scope may still send on it. */
  let leaving: Lease | undefined;
  let stopped = false;
  let retryAt: number | null = null;
  /** By method, for every socket that this scope will have. */
  const handlers = new Map<string, Handler | null>();

  /** Also triggers when an attempt is moved to another time, which `status` doesn't show. */
  const updateStatus = (socket: Socket) => {
    const moved = status.value === socket.status && isRescheduled(socket.retryAt, retryAt);
    status.value = socket.status;
    retryAt = socket.retryAt;
    if (moved) triggerRef(status);
  };

  const owner: Owner = {
    _url: null,
    _given: {
      ...given,
      onMessage(event, socket) {
        data.value = event.data;
        given.onMessage?.(event, socket);
      },
      onStatusChange(event, socket) {
        updateStatus(socket);
        given.onStatusChange?.(event, socket);
      },
      onReconnecting(event, socket) {
        updateStatus(socket);
        given.onReconnecting?.(event, socket);
      },
    } as Given,
  };

  /** URL objects with the same text are the same URL. */
  const target = () => {
    const value = toValue(url) as Target | null | undefined;
    if (value instanceof Promise) throwTypeError('the getter gave a promise. For a URL that is asked for, give () => ask');
    const to = targetOf(value);
    return to === null || typeof to === 'function' ? to : `${to}`;
  };

  const release = () => {
    const before = lease;
    lease = undefined;
    if (!before) return;
    leaving = before;
    before._release(() => {
      if (leaving === before) leaving = undefined;
    });
  };

  const connect = (to: Target | null) => {
    release();
    owner._url = to;
    try {
      if (to !== null && !server) lease = acquire(keyOf(to, given, self, identify), owner);
      for (const [method, handler] of handlers) lease?._handle(method, handler);
    } finally {
      // A status that needs a socket is never shown without one.
      if (lease) ws.value = lease._ws;
      status.value = lease?._ws.status ?? stateWithout(server ? to : null).status;
      if (!lease) ws.value = null;
      retryAt = lease?._ws.retryAt ?? null;
    }
  };

  connect(target());
  let next: Target | null | undefined;
  // Called by Vue before it renders, or by the first that sends.
  const applyTarget = () => {
    if (next === undefined) return;
    const to = next;
    next = undefined;
    // There and back again.
    if (to === owner._url) return;
    data.value = null;
    connect(to);
  };
  const unwatch = [
    watch(
      target,
      (to) => {
        next = to;
      },
      { flush: 'sync' },
    ),
    watch(target, applyTarget),
  ];

  const stop = () => {
    stopped = true;
    next = undefined;
    for (const end of unwatch) end();
    connect(null);
  };
  if (getCurrentScope()) onScopeDispose(stop);

  const socket = () => {
    applyTarget();
    return (lease ?? (stopped ? leaving : undefined))?._ws;
  };
  const why = () => noSocket(server ? 'this is a server' : stopped ? UNMOUNTED : NO_URL);
  const requestMethod =
    (method: 'request' | 'call') =>
    async (...given: unknown[]) => {
      const to = socket();
      if (!to) throw why();
      return (to[method] as (...given: unknown[]) => Promise<unknown>)(...given);
    };
  const send = (message: string | BufferSource | Blob) => {
    const to = socket();
    if (to) to.send(message);
    // In `setup` and in the hooks of a component there need not be a socket yet, or any more.
    else if (!server && !getCurrentInstance()) throw why();
  };
  const handle = (method: string, handler: Handler | null) => {
    applyTarget();
    lease?._handle(method, handler);
    handlers.set(method, handler);
  };
  return { ws, status, data, send, request: requestMethod('request'), call: requestMethod('call'), handle, stop };
}

/** The part of an outbox that components read. */
interface Pending extends EventTarget {
  readonly pending: readonly unknown[];
}

export function useOutbox(outbox: Pending | null | undefined): ShallowRef<readonly unknown[]> {
  const pending = shallowRef<readonly unknown[]>([]);
  if (!outbox || onServer()) return pending;
  const update = () => {
    pending.value = outbox.pending;
  };
  update();
  outbox.addEventListener('change', update);
  if (getCurrentScope()) onScopeDispose(() => outbox.removeEventListener('change', update));
  return pending;
}
