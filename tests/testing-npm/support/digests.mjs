/**
 * One application in many worlds, each summed up in a number, in the file that HOLDFAST_DIGESTS names: what
 * `tests/testing/websocket/digests.rs` does natively.
 */
import { writeFileSync } from 'node:fs';
import { simulate } from '../../../pkg/dist/testing.mjs';

const URL = 'wss://api.test/live';
const { HOLDFAST_DIGESTS, HOLDFAST_TRANSCRIPT, HOLDFAST_SEED = 1, HOLDFAST_WORLDS = 3 } = process.env;

const servers = (w) =>
  w.server(URL, (connection) => connection.on('message', (data) => connection.send(data === 'ping' ? 'pong' : data)));

/** Sends every 3 s, and writes down each event. */
function app(w) {
  const ws = new w.WebSocket(URL, [], {
    heartbeat: { interval: 10_000, timeout: 5_000, ping: 'ping', pong: 'pong' },
    // Rust has no worker that keeps time for a hidden page.
    backgroundTimer: false,
  });
  ws.onopen = () => w.write('open');
  ws.onmessage = ({ data }) => w.write(`message ${data}`);
  ws.onclose = ({ code, reason, willReconnect }) => w.write(`close ${code} ${reason} ${willReconnect}`);
  let sent = 0;
  w.globals.setInterval(() => {
    sent += 1;
    try {
      ws.send(`message ${sent}`);
    } catch {
      // The queue is full.
    }
  }, 3_000);
  return ws;
}

const encoder = new TextEncoder();

/** FNV-1a, with 64 bits, in two halves: numbers of 64 bits are slow. */
function digest(text) {
  let [high, low] = [0xcbf29ce4, 0x84222325];
  for (const byte of encoder.encode(text)) {
    low = (low ^ byte) >>> 0;
    // Times 2^40 + 0x1b3.
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
}

const digests = [];
await simulate({
  servers,
  app,
  seed: Number(HOLDFAST_SEED),
  runs: Number(HOLDFAST_WORLDS),
  minutes: 2,
  invariant: ({ world }) => {
    digests.push(`${world.seed} ${digest(world.transcript)}\n`);
    if (HOLDFAST_TRANSCRIPT && digests.length === Number(HOLDFAST_WORLDS)) writeFileSync(HOLDFAST_TRANSCRIPT, world.transcript);
  },
});
writeFileSync(HOLDFAST_DIGESTS, digests.join(''));
