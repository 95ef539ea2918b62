/** The types of `holdfast-ws/testing`, as a test uses them. `tsc` checks them. */
import { type Connection, type Message, type World, world } from './testing';

const w: World = world({ seed: 7, browser: 'webkit', act: async (run) => run() });
const server = w.server(
  new URL('wss://api.test/'),
  (connection: Connection) => {
    connection.on('message', (data: Message) => connection.send(data)).on('close', ({ code }) => code.toFixed());
  },
  { handshake: async ({ url, protocols }) => (url ? protocols[0] : 401) },
);
const ws = new w.WebSocket('wss://api.test/', { heartbeat: { interval: 1_000 } });
const own: WebSocket = new w.NativeWebSocket('wss://api.test/');
ws.close();
own.close();
w.globals.setTimeout(() => {}, 5);
server.restart({ down: 5, code: 1012 });
const stop: () => void = server.every(5, () => {});
stop();
w.page.throttle('minute');
const at: Promise<void> = w.until(() => ws.status === 'open', { within: 5 });
at.then(() => w.dispose({ leaks: 'ignore' }));
w.log.map(({ at, text }) => `${at.toFixed()} ${text.trim()}`);

// @ts-expect-error: there is no such browser.
world({ browser: 'opera' });
// @ts-expect-error: there is no such event.
server.connections[0]?.on('open', () => {});
