/** The types of `holdfast-ws/tabs` and its worker, as an application uses them. `tsc` checks them. */
import { type Role, WebSocket } from './tabs';
import { serve } from './tabs-worker';

interface Messages {
  add: { params: [number, number]; result: number };
}

const worker = (suffix: string) => new SharedWorker('./connection.worker.js', { type: 'module', name: `connection${suffix}` });
const ws = new WebSocket<Messages, number>(({ resume }) => `wss://api.test/?from=${resume ?? ''}`, [], {
  resume: ({ data }) => Number(data),
  tabs: { key: 'live', identity: 'ada', takeOverAfter: 5_000, replay: 10, otherwise: 'throw' },
});
const shared = new WebSocket('shared:', { queue: { maxMessages: 5 }, tabs: { worker } });
const Preset = WebSocket.with({ tabs: { worker, identity: 'ada' } });
export const sockets: WebSocket<never>[] = [];

const role: Role = ws.role;
role satisfies 'own' | 'leader' | 'follower' | 'client';
ws.addEventListener('rolechange', ({ role }) => role satisfies Role);
ws.addEventListener('gap', ({ uncertain }) => uncertain.length satisfies number);
ws.call('add', [1, 2]).then((sum) => sum.toFixed());
ws.close(4000, 'logged out', { everyone: true });
new Preset('shared:').close();
shared.close();

serve({ url: 'wss://api.test/', heartbeat: true });
serve(
  ({ identity }) => ({ url: async ({ resume }) => `wss://api.test/?user=${identity}&from=${resume ?? ''}`, protocols: ['v1'] }),
  (ws) => ws.handle('ping', () => 'pong'),
);

// @ts-expect-error: a number is no key.
new WebSocket('wss://api.test/', { tabs: { key: 5 } });
// @ts-expect-error: there is no such choice.
new WebSocket('wss://api.test/', { tabs: { otherwise: 'wait' } });
// @ts-expect-error: the worker needs a URL.
serve({ heartbeat: true });
