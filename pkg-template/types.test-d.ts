/** Checked by `tsc`, never run: what must compile, and (`@ts-expect-error`) what must not. */
import type { Cause, ClosedEvent, Options, Stats, Status } from './index';
import Default, { WebSocket } from './index';

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
// @ts-expect-error: `true` is not an option, `{}` is
export const yes: Options = { heartbeat: true };
// @ts-expect-error: no number is a URL
new WebSocket(5);
// @ts-expect-error: read-only
ws.status = 'open';
