/** A world with a server that keeps one number for each box, and an outbox in it, in memory. */
import { Outbox } from '../../../pkg/dist/outbox.mjs';
import { world } from '../../../pkg/dist/testing.mjs';
import { WireServer } from './wire-server.mjs';

export const URL = 'wss://api.test/live';
export const SOCKET = { reconnect: { minDelay: 100, maxDelay: 1_000 }, heartbeat: { interval: 2_000, timeout: 1_000 } };

/** Runs a test in a world: `{ w, wire, server, ws, outbox }`. */
export async function inWorld(run, { seed, box = 'ada', ...options } = {}) {
  const w = world(seed ? { seed } : {});
  w.install();
  const wire = new WireServer();
  const server = w.server(URL, (connection) => wire.connect(connection));
  try {
    const ws = new w.WebSocket(URL, [], SOCKET);
    const outbox = new Outbox(ws, { box, ...options });
    await run({ w, wire, server, ws, outbox, Outbox });
    outbox.close();
    ws.close();
    await w.advance(10_000);
  } finally {
    w.dispose({ leaks: 'ignore' });
  }
}
