/** The entries for React and Vue and the slim one, checked by `tsc`, never run. */
import type { Status, WebSocket } from 'holdfast-ws';
import { WebSocket as Class } from 'holdfast-ws';
import { createElement, type ReactNode } from 'react';
import { computed, ref } from 'vue';
import type * as react from './react';
import Default, { init, WebSocket as Slim } from './slim';
import type { WebSocket as TabsWebSocket } from './tabs';
import type { World } from './testing';
import type * as vue from './vue';

declare const { useWebSocket, useWebSocketContext, useWebSocketEvent, useWebSocketState, useWebSocketMessages }: typeof react;
declare const { WebSocketContext }: typeof react;
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
    hidden: { closeAfter: 60_000 },
    guardUnload: true,
    onExpired: ({ unsent }) => unsent.length satisfies number,
    onReconnecting: ({ delay }) => delay,
  });
  send('text');
  useWebSocketEvent(ws, 'close', (event) => event.unsent);
  const attempt: number = useWebSocketState(ws, (ws) => ws?.attempt ?? 0);
  const texts: string[] = useWebSocketMessages(ws, (texts, { data }) => [...texts, data], [] as string[]);
  // What is empty at first.
  const list: string[] = useWebSocketMessages(ws, (list, { data }) => [data, ...list], []);
  const strict: string[] = useWebSocketMessages<string[]>(ws, (list, { data }) => [data, ...list], []);
  // @ts-expect-error: not a list of lists
  useWebSocketMessages<string[]>(ws, (list) => [list], []);
  const prices = useWebSocketMessages(ws, (prices, { data }) => ({ ...prices, ...JSON.parse(data) }), {});
  const price: number = prices.btc;
  const newest: { text: string } | null = useWebSocketMessages(ws, (_, { data }) => JSON.parse(data), null);
  const count: number = useWebSocketMessages(ws, (count) => count + 1, 0);
  const either: boolean = useWebSocketMessages(ws, (seen, { data }) => seen || data === 'x', false);
  const own = useWebSocket<Messages>(on && url, { share: false });
  const off: () => void = own.handle('add', ([a, b]) => a + b);
  off();
  // @ts-expect-error: the wrong result
  own.handle('add', () => 'three');
  const added: Promise<number> = own.call('add', [1, 2]);
  // @ts-expect-error: not a number
  own.call('add', ['1', 2]);
  const reply: Promise<unknown> = own.request({ get: 'user' }, { timeout: 100 });
  useWebSocket(null);
  // @ts-expect-error: protocols are an option
  useWebSocket(url, ['chat']);
  createElement(WebSocketContext.Provider, { value: { ws: null, status: 'open', send: () => {} } });
  const sum: Promise<number> | undefined = useWebSocketContext<Messages>().ws?.call('add', [1, 2]);
  useWebSocket(new URL(url));
  useWebSocket(async ({ attempt }) => `${url}?${attempt}`);
  // @ts-expect-error: an unknown option
  useWebSocket(url, { onmessage: () => {} });
  // @ts-expect-error: no event of a socket
  useWebSocketEvent(ws, 'closed', () => {});
  const shown = [list, strict, price, newest, count, either, added, reply];
  return [status satisfies Status, attempt, texts, `${sum} ${shown}`];
}

const room = ref<string | null>(null);
const { ws, status, data, send, call, request, handle, stop } = useInVue<Messages>(room, {
  share: false,
  onMessage: (event) => event.data,
});
handle('add', async ([a, b]) => a + b);
handle('add', null);
// @ts-expect-error: an unknown method
handle('subtract', null);
export const added: Promise<number> = call('add', [1, 2]);
export const reply: Promise<unknown> = request({ get: 'user' });
export const shown = computed<[Status, number | null, unknown]>(() => [status.value, ws.value?.retryAt ?? null, data.value]);
export const sum: Promise<number> | undefined = ws.value?.call('add', [1, 2]);
send(new Uint8Array(1));
stop();
useInVue(() => (room.value ? `${url}${room.value}` : null));
useInVue(() => async () => url);
useInVue(() => room.value !== null && url);
// @ts-expect-error: protocols are an option
useInVue(url, ['chat']);
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

declare const Tabs: typeof TabsWebSocket;
declare const world: World;

export function Chosen(): void {
  useWebSocket(url, { WebSocket: Tabs, tabs: { key: 'live' } });
  useInVue(url, { WebSocket: Tabs, tabs: { key: 'live' } });
  useWebSocket(url, { WebSocket: Class.with({ heartbeat: true }) });
  useInVue(url, { WebSocket: world.WebSocket });
  // @ts-expect-error: the browser's class has no status
  useWebSocket(url, { WebSocket: globalThis.WebSocket });
}
