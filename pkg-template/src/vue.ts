/** `holdfast-ws/vue`. The types are written by hand, in `vue.d.ts`. */
import type { WebSocket as Socket, Status, Target } from 'holdfast-ws';
import { getCurrentScope, type MaybeRefOrGetter, onScopeDispose, type ShallowRef, shallowRef, toValue, watch } from 'vue';
import { type Given, type Hold, hold, identify, keyOf, sendOn, without } from './share';

interface Api {
  ws: ShallowRef<Socket | null>;
  status: ShallowRef<Status>;
  data: ShallowRef<unknown>;
  send(data: string | BufferSource | Blob): void;
  stop(): void;
}

/** Neither a page nor a worker. Node has a WebSocket class of its own by now, so that says nothing. */
const onServer = () => typeof document === 'undefined' && !('WorkerGlobalScope' in globalThis);

export function useWebSocket(url: MaybeRefOrGetter<Target | null | undefined>, given: Given = {}): Api {
  const ws = shallowRef<Socket | null>(null);
  const status = shallowRef<Status>('closed');
  const data = shallowRef<unknown>(null);
  let held: Hold | undefined;

  const callbacks: Given = {
    ...given,
    onMessage(event, socket) {
      data.value = event.data;
      given.onMessage?.(event, socket);
    },
    onStatusChange(event, socket) {
      status.value = socket.status;
      given.onStatusChange?.(event, socket);
    },
  };

  /** A URL object is no other than one that reads the same. */
  const target = () => {
    const value = toValue(url) as Target | null | undefined;
    if (value instanceof Promise)
      throw TypeError('holdfast-ws: the getter gave a promise. For a URL that is asked for, give () => ask');
    return value == null || typeof value === 'function' ? value : `${value}`;
  };

  const connect = (to: ReturnType<typeof target>) => {
    const before = held;
    held = undefined;
    ws.value = null;
    before?._release();
    status.value = without(to).status;
    if (to == null || onServer()) return;
    held = hold(keyOf(typeof to === 'function' ? identify(to) : to, given), to, given, () => callbacks);
    ws.value = held._ws;
    status.value = held._ws.status;
  };

  connect(target());
  const unwatch = watch(target, connect);
  const stop = () => {
    unwatch();
    connect(null);
  };
  if (getCurrentScope()) onScopeDispose(stop);
  return { ws, status, data, send: (message) => sendOn(held?._ws, message), stop };
}
