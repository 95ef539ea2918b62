/** An application that sends, asks and shows, and an invariant that notices what it must not see: for simulations. */
import assert from 'node:assert/strict';
import { URL } from './echo.mjs';

/** A server that counts, tells each connection where it is, answers requests, and repeats nothing. */
export function servers(w) {
  const server = w.server(URL, (connection) => {
    connection.send(`${said.last}`);
    connection.on('message', (data) => {
      if (data === 'ping') connection.send('pong');
      else if (data[0] === '{') connection.send(JSON.stringify({ id: JSON.parse(data).id, ok: true }));
    });
  });
  const said = { last: 0, server };
  server.every(5_000, () => server.broadcast(`${++said.last}`));
  return said;
}

/** Sends a numbered message every 3 s, and a request every 7 s. Each start is a page of its own. */
export function app(w) {
  const page = w.log.length;
  const seen = { shows: undefined, accepted: [], unsent: [], asked: 0, settled: 0 };
  const ws = new w.WebSocket(URL, [], { heartbeat: { interval: 10_000, timeout: 5_000, pong: 'pong' } });
  ws.onmessage = ({ data }) => {
    seen.shows = Number(data);
  };
  ws.onclose = ({ unsent }) => seen.unsent.push(...(unsent ?? []));
  let number = 0;
  w.globals.setInterval(() => {
    number += 1;
    const text = `message ${page}.${number}`;
    try {
      ws.send(text);
      seen.accepted.push(text);
    } catch {
      // The queue is full.
    }
  }, 3_000);
  w.globals.setInterval(() => {
    seen.asked += 1;
    const settle = () => {
      seen.settled += 1;
    };
    ws.request({ ask: number }).then(settle, settle);
  }, 7_000);
  return Object.assign(seen, { ws });
}

/** It shows the last number; what it sent was handed to a connection that was open, once and in order; all requests are settled. */
export async function invariant({ world, server, app: seen }) {
  const { ws } = seen;
  await world.until(() => seen.shows === server.last, { within: 1_000 });
  const log = world.transcript;
  const closing = /(socket \d+) is closing[\s\S]*\1 discards "message/.exec(log);
  assert.ok(!closing, `a message went to a connection that was closing: ${closing?.[1]}`);
  // WebKit takes messages, and discards them, until the TCP connection has ended.
  const sent = [...log.matchAll(/(?:sends|discards) "(message \d+\.\d+)"/g)].map(([, text]) => text);
  const own = sent.filter((text) => seen.accepted.includes(text));
  assert.deepEqual(own, seen.accepted.filter((text) => !seen.unsent.includes(text)).slice(0, own.length), 'once and in order');
  assert.ok(own.length >= seen.accepted.length - 1, 'nothing waits');
  ws.close();
  await world.advance(120_000);
  assert.equal(seen.settled, seen.asked, 'every request is settled');
}
