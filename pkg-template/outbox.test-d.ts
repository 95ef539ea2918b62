/** Code that `outbox.d.ts` must accept or refuse. Compiled, not run. */
import { WebSocket } from './index';
import { type Delivery, DeliveryError, Outbox } from './outbox';
import { useOutbox } from './react';
import { WebSocket as TabsWebSocket } from './tabs';
import { useOutbox as useOutboxInVue } from './vue';

interface Order {
  type: 'order';
  item: number;
}

const ws = new WebSocket<{ a: 1 }>('wss://example.com');
const outbox = new Outbox<Order, { order: number }>(ws, { box: 'ada', window: 64, onError: 'stop' });
const order = outbox.deliver({ type: 'order', item: 7 }, { ttl: 60_000, signal: AbortSignal.timeout(5) });
order.then((receipt) => receipt?.order satisfies number | undefined);
order.stored.then((where) => where satisfies 'disk' | 'memory');
for (const each of outbox) each.message.item satisfies number;
outbox.pending satisfies readonly Delivery<Order, { order: number }>[];
outbox.addEventListener('regressed', ({ box, done, acknowledged }) => `${box} ${done + acknowledged}`);
outbox.addEventListener('ahead', ({ box, done, given }) => `${box} ${done + given}`);
outbox.addEventListener('close', ({ size }) => size satisfies number);
outbox.receive({ commit: 'after' }).position satisfies number | string | undefined;
outbox.addEventListener('change', () => outbox.size satisfies number);
useOutbox(outbox)[0]?.cancel() satisfies boolean | undefined;
useOutboxInVue(outbox).value[0]?.retry().state;
order.catch((error) => error instanceof DeliveryError && error.reason === 'refused');
new Outbox(new TabsWebSocket('wss://example.com'), { box: 'ada' }).deliver({ any: 'thing' });
new Outbox(ws, {
  box: 'ada',
  codec: {
    encode: (frame) => ('hello' in frame ? JSON.stringify(frame) : String(frame.message)),
    decode: (data) => (typeof data === 'string' ? { box: 'ada', done: Number(data) } : undefined),
  },
});

// @ts-expect-error It has no such field.
outbox.deliver({ type: 'order', items: 7 });
// @ts-expect-error `box` is required.
new Outbox(ws, {});
// @ts-expect-error It takes milliseconds.
outbox.deliver({ type: 'order', item: 7 }, { ttl: '1 s' });
// @ts-expect-error It is read-only.
order.state = 'sent';
// @ts-expect-error A socket of the browser's own doesn't reconnect.
new Outbox(new globalThis.WebSocket('wss://example.com'), { box: 'ada' });
