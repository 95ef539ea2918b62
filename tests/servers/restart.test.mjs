/**
 * A rolling restart under traffic: each server is told to end and started anew on its port, with a proxy's 502 between, while a page
 * sends numbered messages and requests. Judged by what came back, on which connection, in which order.
 */
import assert from 'node:assert/strict';
import { until } from '../package/support/server.mjs';
import { sideBySide } from '../package/support/suite.mjs';
import { awayOn, launch } from './support/launch.mjs';
import { inPage } from './support/page.mjs';
import { SERVERS } from './support/table.mjs';

/** Leaves in the page: a socket with traffic on it, and a diary of what was sent and heard on which connection. */
const begin = (page, url) =>
  page.evaluate(async (url) => {
    const ws = new Holdfast.WebSocket(url, [], {
      reconnect: { minDelay: 50, maxDelay: 200 },
      request: { timeout: 60_000 },
      // However long a busy machine takes, nothing is refused.
      queue: { maxMessages: 1_000_000, maxBytes: 100_000_000 },
    });
    const record = probe.watch(ws);
    const sent = [];
    const received = [];
    const asked = [];
    let connection = 0;
    ws.addEventListener('open', () => {
      connection += 1;
    });
    ws.addEventListener('message', ({ data }) => received.push({ number: Number(data), connection }));
    let flowing = true;
    const flow = async () => {
      for (let number = 0; flowing; number += 1) {
        // Between a close and the next open a message belongs to the connection to come.
        sent.push({ number, connection, readyState: ws.readyState });
        ws.send(String(number));
        if (number % 5 === 0) asked.push(ws.request({ say: number }, { retry: true }));
        await probe.sleep(10);
      }
    };
    const over = flow();
    globalThis.traffic = {
      record,
      received,
      ask: () => received.at(-1)?.number ?? -1,
      async end() {
        flowing = false;
        await over;
        const replies = (await Promise.all(asked)).map(({ said }) => said);
        ws.send(String(sent.length));
        sent.push({ number: sent.length, connection, readyState: ws.readyState });
        await probe.until(() => received.at(-1).number === sent.length - 1, 30_000);
        const { connections, unsent, queued } = ws.stats();
        ws.close();
        const closes = record.all('close').map(({ code, reason, willReconnect }) => ({ code, reason, willReconnect }));
        const { length: errors } = record.all('error');
        return { sent, received, replies, connections, unsent, waiting: queued.messages, closes, errors };
      },
    };
    await probe.until(() => received.length > 20, 30_000);
  }, url);

sideBySide('a rolling restart', () => {
  for (const server of SERVERS) {
    inPage(
      `${server.name}: through a restart nothing is doubled, order holds, and what was accepted arrives or was on the line that ended`,
      async ({ page }) => {
        let running = await launch(server);
        const { port, url } = running;
        let requests;
        try {
          await begin(page, url);
          await running.stop();
          const away = await awayOn(port);
          await until(
            () => away.requests >= 2,
            60_000,
            () => `two attempts in vain; there were ${away.requests}`,
          );
          ({ requests } = away);
          await away.stop();
          running = await launch(server, { port });
          const seen = await page.evaluate(async () => {
            await traffic.record.until('open', 2, 30_000);
            const before = traffic.ask();
            await probe.until(() => traffic.ask() > before + 20, 30_000);
            return traffic.end();
          });
          judge(server, seen, requests);
        } finally {
          await running.stop('SIGKILL');
        }
      },
    );
  }
});

function judge(server, { sent, received, replies, connections, unsent, waiting, closes, errors }, requests) {
  const numbers = received.map(({ number }) => number);
  assert.ok(
    numbers.every((number, index) => index === 0 || number > numbers[index - 1]),
    `doubled or out of order: ${numbers}`,
  );
  // Of each connection's messages, those that are missing were its last.
  const on = (connection) => received.filter((message) => message.connection === connection).map(({ number }) => number);
  for (const own of [on(1), on(2)]) assert.equal(own.at(-1) - own[0], own.length - 1, `a gap within a connection: ${own}`);
  assert.equal(on(1)[0], 0);
  // Missing messages were handed to the connection while that was open.
  const lost = sent.filter(({ number }) => !numbers.includes(number));
  for (const { number, connection, readyState } of lost)
    assert.deepEqual({ number, connection, readyState }, { number, connection: 1, readyState: 1 });
  assert.ok(
    sent.some(({ number, readyState }) => readyState === 0 && on(2).includes(number)),
    'nothing waited for the line',
  );
  assert.deepEqual({ connections, unsent, waiting }, { connections: 2, unsent: 0, waiting: 0 });
  // Requests that may run twice are answered, all of them.
  assert.deepEqual(
    replies,
    sent.filter(({ number }, index) => number % 5 === 0 && index < sent.length - 1).map(({ number }) => number),
  );
  const [first, ...refused] = closes;
  assert.deepEqual(
    first,
    server.drops
      ? { code: 1006, reason: '', willReconnect: true }
      : { code: 1012, reason: '{"retryAfter":500}', willReconnect: true },
  );
  assert.ok(requests > 0 && refused.length >= requests, `${requests} times 502, ${refused.length} failed attempts`);
  assert.equal(errors, refused.length);
}
