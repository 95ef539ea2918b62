/** The entries for React and Vue and the slim one, checked by `tsc`, never run. */
import type { Status, WebSocket } from 'holdfast-ws';
import type { ReactNode } from 'react';
import { computed, ref } from 'vue';
import type * as react from './react';
import Default, { init, WebSocket as Slim } from './slim';
import type * as vue from './vue';

declare const { useWebSocket, useWebSocketContext, useWebSocketEvent, useWebSocketState, useWebSocketMessages }: typeof react;
declare const { useWebSocket: useInVue }: typeof vue;
declare const url: string;

interface Messages {
  add: { params: [number, number]; result: number };
}

export function Component({ on }: { on: boolean }): ReactNode {
  const { ws, status, send } = useWebSocket<Messages>(on ? url : null, {
    protocols: ['a'],
    heartbeat: { pong: 'pong' },
    onMessage: (event, ws) => [event.data, ws.call('add', [1, 2])],
    onClose: (event) => event.willReconnect satisfies boolean,
    onReconnecting: ({ delay }) => delay,
  });
  send('text');
  useWebSocketEvent(ws, 'close', (event) => event.unsent);
  const attempt: number = useWebSocketState(ws, (ws) => ws?.attempt ?? 0);
  const texts: string[] = useWebSocketMessages(ws, (texts, { data }) => [...texts, data], [] as string[]);
  const sum: Promise<number> | undefined = useWebSocketContext<Messages>().ws?.call('add', [1, 2]);
  useWebSocket(new URL(url));
  useWebSocket(async ({ attempt }) => `${url}?${attempt}`);
  // @ts-expect-error: an unknown option
  useWebSocket(url, { onmessage: () => {} });
  // @ts-expect-error: no event of a socket
  useWebSocketEvent(ws, 'closed', () => {});
  return [status satisfies Status, attempt, texts, `${sum}`];
}

const room = ref<string | null>(null);
const { ws, status, data, send, stop } = useInVue<Messages>(room, { onMessage: (event) => event.data });
export const shown = computed<[Status, number | null, unknown]>(() => [status.value, ws.value?.retryAt ?? null, data.value]);
export const sum: Promise<number> | undefined = ws.value?.call('add', [1, 2]);
send(new Uint8Array(1));
stop();
useInVue(() => (room.value ? `${url}${room.value}` : null));
useInVue(() => async () => url);
// @ts-expect-error: it is read-only
ws.value = null;
// @ts-expect-error: a getter of a promise
useInVue(async () => url);

export async function slim(): Promise<WebSocket> {
  await init(fetch(url));
  await init(new Uint8Array(1));
  // @ts-expect-error: it has to be somewhere
  await init();
  return new Slim(url) ?? new Default(url);
}
