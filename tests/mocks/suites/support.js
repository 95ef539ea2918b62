import { WebSocket } from 'holdfast-ws';

/** Short delays, so that a test of a reconnection takes no second. */
export const QUICK = { reconnect: { minDelay: 10, maxDelay: 20 } };

/** Resolves with the next event of a type. */
export const next = (target, type) => new Promise((done) => target.addEventListener(type, done, { once: true }));

/** A socket of ours, and the events that it fires, as [type, what is said by it]. */
export function open(url, options = QUICK) {
  const ws = new WebSocket(url, [], options);
  const received = [];
  for (const type of ['open', 'message', 'error', 'close'])
    ws.addEventListener(type, (event) => received.push([type, event.data ?? event.code]));
  return { ws, received };
}

/** Returns what an event says of its target. In Node `currentTarget` is null for all listeners but the first. */
export const isAt = (event, ws) => [event.target, event.currentTarget ?? ws, event.srcElement ?? ws].every((one) => one === ws);
