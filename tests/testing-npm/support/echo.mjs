/** The setting of most tests: a server that echoes, and our class, open. */
import { world } from '../../../pkg/dist/testing.mjs';

export const URL = 'wss://api.test/live';

export const HEARTBEAT = { heartbeat: { interval: 10_000, timeout: 5_000 } };

/** A world with a server that answers each message with `echo …`, and `ping` with `pong`. */
export function echoWorld(options) {
  const w = world(options);
  const server = w.server(URL, (connection) => {
    connection.on('message', (data) => connection.send(data === 'ping' ? 'pong' : `echo ${data}`));
  });
  return { w, server };
}

/** The same with an open socket, and what it received. */
export async function openSocket(options, socketOptions = HEARTBEAT) {
  const { w, server } = echoWorld(options);
  const ws = new w.WebSocket(URL, [], socketOptions);
  const received = [];
  ws.addEventListener('message', ({ data }) => received.push(data));
  await w.until(() => ws.status === 'open');
  return { w, server, ws, received };
}

/** Closes a socket and ends its world, which must have no leak. */
export async function end(w, ...sockets) {
  for (const ws of sockets) ws.close();
  await w.advance(90_000);
  w.dispose();
}
