/** Checked by `tsc`, never run: what must compile, and (`@ts-expect-error`) what must not. */
import type { Cause, ClosedEvent, Options, StandardSchema, Stats, Status } from './index';
import Default, { ConnectionLostError, RpcError, WebSocket } from './index';

declare const url: string;

// A drop-in: where the browser's class or a socket of it stood, ours can stand.
export const socket: globalThis.WebSocket = new WebSocket(url);
export const taken: typeof globalThis.WebSocket = WebSocket;
export const target: EventTarget = new WebSocket(new URL(url), ['a', 'b']);
export const same: typeof WebSocket = Default;

export class Preset extends WebSocket.with({ reconnect: false }) {
  readonly label = 'mine';
}
export const nested: globalThis.WebSocket = new (WebSocket.with({ queue: false }).with({ heartbeat: { interval: 5_000 } }))(
  url,
);
export const label: string = new Preset(url, 'protocol').label;

const ws = new WebSocket(
  async ({ attempt, lastClose }) => `${url}?${attempt}${lastClose?.reason ?? ''}`,
  () => ['a'],
  {
    reconnect: { maxAttempts: Infinity, shouldReconnect: (event, attempt) => event.code !== 4600 && attempt < 9 },
    heartbeat: { ping: () => new ArrayBuffer(1), pong: (data) => data === 'pong' },
    queue: { maxMessages: 10 },
    idleTimeout: 60_000,
    stallTimeout: 60_000,
  },
);

ws.onopen = (event) => event.target;
ws.onmessage = (event) => event.data;
ws.onclose = (event) => [event.willReconnect satisfies boolean, event.unsent.length];
ws.onclose = (event: CloseEvent) => event.code;
ws.onclose = null;
ws.addEventListener('close', (event) => event satisfies ClosedEvent, { once: true });
ws.addEventListener('message', (event) => event.origin);
ws.addEventListener('statuschange', (event) => event.status satisfies Status);
ws.addEventListener('reconnecting', (event) => [event.attempt, event.delay, event.cause satisfies Cause]);
ws.addEventListener('mine', { handleEvent: (event: Event) => event.type });
ws.removeEventListener('mine', null as unknown as EventListener);
ws.send(new Uint8Array(4));
ws.close(3000, 'done');
ws.reconnect();
ws[Symbol.dispose]();
ws.binaryType = 'arraybuffer';

export const shown: [Status, number, number | null, number | null, Stats] = [
  ws.status,
  ws.attempt,
  ws.retryAt,
  ws.latency,
  ws.stats(),
];
export const constants: [0, 1, 2, 3, 0] = [
  WebSocket.CONNECTING,
  WebSocket.OPEN,
  WebSocket.CLOSING,
  WebSocket.CLOSED,
  ws.CONNECTING,
];

// @ts-expect-error: an unknown option
export const unknown: Options = { reconect: false };
export const yes: Options = { heartbeat: true, reconnect: true, queue: undefined, request: { timeout: undefined } };
new WebSocket(url, { heartbeat: {} }).trySend('now') satisfies boolean;
new WebSocket(url, { hidden: { closeAfter: 60_000, dial: false }, guardUnload: true }).unsentCount satisfies number;
new WebSocket(url, ['a', 'b'] as const, { heartbeat: { ping: () => (Math.random() > 0.5 ? 'x' : undefined) } });
export const usable: boolean = WebSocket.supported;
ws.onstatuschange = (event) => event.status satisfies Status;
ws.onreconnecting = ({ attempt }) => attempt;
ws.onerror = null;
ws.addEventListener('error', ({ error }) => error);
// @ts-expect-error: no number is a URL
new WebSocket(5);
// @ts-expect-error: read-only
ws.status = 'open';

// Requests, untyped: what comes is `any`, as from JSON.parse.
const rpc = new WebSocket(url, { request: { protocol: 'json-rpc' } });
export const sum: Promise<number> = rpc.call('add', [1, 2], { timeout: 1_000, retry: true });
export const whole: Promise<{ id: number; ok: boolean }> = ws.request({ do: 'it' }, { signal: AbortSignal.timeout(5) });
rpc.notify('log', { text: '' });
rpc.handle('now', () => Date.now());
rpc.handle('now', null);
export const lost: Error[] = [new ConnectionLostError(), new RpcError(-32000, 'no', { why: 1 })];
export const code: number = new RpcError(1, '').code;

export async function iterate() {
  await ws.drained();
  await ws.drained(65_536);
  for await (const event of ws) event.data;
  for await (const event of ws.messages({ limit: 10, signal: AbortSignal.timeout(5) })) event satisfies MessageEvent;
  for await (const part of ws.stream({ list: 'all' }, { limit: 10, timeout: 5 })) part.anything;
}

// The application's own map.
interface Messages {
  add: { params: [number, number]; result: number };
  search: { params?: { text: string }; result: string[] };
  time: { result: Date };
  subscribe: { request: { type: 'subscribe'; topic: string }; reply: { id: number; ok: boolean }; part: { line: string } };
  publish: { request: { type: 'publish'; text: string }; reply: { id: number; at: number } };
}
const typed = new WebSocket<Messages>(url);
export const dropIn: globalThis.WebSocket = typed;
export const untyped: WebSocket = typed;
export const results: [Promise<number>, Promise<string[]>, Promise<string[]>, Promise<Date>] = [
  typed.call('add', [1, 2], { timeout: 5 }),
  typed.call('search'),
  typed.call('search', { text: '' }),
  typed.call('time', undefined, { retry: true }),
];
export const replies: [Promise<{ ok: boolean }>, Promise<{ at: number }>] = [
  typed.request({ type: 'subscribe', topic: 'a' }),
  typed.request({ type: 'publish', text: '' }, { timeout: 5 }),
];
export async function parts() {
  for await (const { line } of typed.stream({ type: 'subscribe', topic: 'a' })) line satisfies string;
}
typed.notify('add', [1, 2]);
typed.handle('add', ([a, b]) => a + b);
typed.handle('search', async (params) => [params?.text ?? '']);
// @ts-expect-error: parameters of the wrong type
typed.call('add', ['1', 2]);
// @ts-expect-error: parameters left out
typed.call('add');
// @ts-expect-error: parameters that it has not
typed.call('time', [1]);
// @ts-expect-error: parameters of the wrong type, before a schema
typed.call('add', 'nonsense', { schema: {} as StandardSchema<number> });
// @ts-expect-error: an unknown method
typed.call('subtract', [1, 2]);
// @ts-expect-error: the wrong result
typed.handle('add', () => 'three');
// @ts-expect-error: no request of the map
typed.request({ type: 'unsubscribe' });
// @ts-expect-error: the reply is an object
export const wrongReply: Promise<number> = typed.request({ type: 'publish', text: '' });
// @ts-expect-error: an unknown option
ws.request({}, { timeOut: 5 });
// @ts-expect-error: an unknown protocol
export const protocol: Options = { request: { protocol: 'soap' } };

// What `resume` gives is what the functions are handed, once it is known; else it is `any`.
new WebSocket(({ resume }) => `${url}?from=${(resume satisfies number | undefined) ?? 0}`, [], {
  resume: (event: MessageEvent) => Number(event.lastEventId),
  authenticate: (line, { resume }) => line.send(`${resume satisfies number | undefined}`),
});
new WebSocket<Messages, string>(
  ({ resume }) => `${url}?from=${resume satisfies string | undefined}`,
  ({ resume }) => (resume ? ['resumed', resume] : 'fresh'),
  { resume: ({ data }) => /^id: (.*)/.exec(data)?.[1] },
);
new WebSocket(async ({ resume }) => `${url}?from=${resume ?? 'now'}`, [], { resume: ({ data }) => JSON.parse(data).id });
// @ts-expect-error: a token of another type
new WebSocket<Messages, string>(url, [], { resume: () => 5 });

// A map of methods alone leaves request() open.
export const open: Promise<unknown> = new WebSocket<{ add: Messages['add'] }>(url).request({ method: 'add' });

// A validator says what comes.
declare const user: StandardSchema<{ name: string }>;
export const valid: [Promise<{ name: string }>, Promise<{ name: string }>] = [
  typed.call('time', undefined, { schema: user }),
  ws.request({}, { schema: user, timeout: 5 }),
];
new WebSocket(url, [], {
  request: {
    timeout: 5_000,
    validate: user,
    protocol: {
      encode: (id, payload: Uint8Array<ArrayBuffer>) => new Blob([String(id), payload]),
      decode: (data) => (data instanceof ArrayBuffer ? { id: 1, result: data, done: true } : undefined),
      cancel: (id) => `cancel ${id}`,
    },
  },
});
export const sent: boolean = new ConnectionLostError().sent;
