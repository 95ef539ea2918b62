/** JSON-RPC with somebody else's server: https://github.com/tedeh/jayson */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after } from 'node:test';
import jayson from 'jayson';
import { until } from './support/server.mjs';
import { inPage, sideBySide } from './support/suite.mjs';

const notified = [];
/** Calls that wait until their test answers them. */
const held = [];

const methods = {
  add: ([a, b], done) =>
    Number.isFinite(a + b) ? done(null, a + b) : done({ code: -32602, message: 'two numbers', data: [a, b] }),
  named: ({ first, last }, done) => done(null, `${first} ${last}`),
  later: ([ms, value], done) => setTimeout(done, ms, null, value),
  hold: ([value], done) => {
    held.push({ value, done });
  },
  note: (params, done) => {
    notified.push(params);
    done();
  },
};

const server = new jayson.Server(methods).websocket({ host: '127.0.0.1', port: 0 });
/** By the name in the URL. */
const clients = new Map();
server.on('connection', (client, { url }) => clients.set(url.slice(2), client));
const url = once(server, 'listening').then(() => `ws://127.0.0.1:${server.address().port}/?`);

after(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

const inRpcPage = (name, run, called = '') =>
  inPage(name, async (world) => {
    await world.page.evaluate(
      async (url) => {
        globalThis.ws = new Holdfast.WebSocket(url, [], {
          reconnect: { minDelay: 20, maxDelay: 40 },
          request: { protocol: 'json-rpc' },
        });
        globalThis.record = probe.watch(ws);
        await record.until('open');
      },
      (await url) + called,
    );
    await run(world);
  });

sideBySide('jayson', () => {
  inRpcPage('calls with positions and with names are answered, in any order', async ({ page }) => {
    const seen = await page.evaluate(() =>
      Promise.all([
        ws.call('later', [300, 'last']),
        ws.call('add', [1, 2]),
        ws.call('named', { first: 'Ada', last: 'Lovelace' }),
        ...Array.from({ length: 200 }, (_, n) => ws.call('later', [(n * 37) % 100, n])),
      ]),
    );
    assert.deepEqual(seen, ['last', 3, 'Ada Lovelace', ...Array.from({ length: 200 }, (_, n) => n)]);
  });

  inRpcPage('its errors are RpcErrors, with code, message and data', async ({ page }) => {
    const seen = await page.evaluate(() => {
      const told = (promise) => promise.catch(({ name, code, message, data }) => ({ name, code, message, data }));
      return Promise.all([told(ws.call('add', ['one', {}])), told(ws.call('missing'))]);
    });
    assert.deepEqual(seen[0], { name: 'RpcError', code: -32602, message: 'two numbers', data: ['one', {}] });
    assert.deepEqual([seen[1].name, seen[1].code], ['RpcError', -32601]);
  });

  inRpcPage('a notification arrives and is not answered', async ({ page }) => {
    const received = await page.evaluate(async () => {
      ws.notify('note', ['once']);
      await ws.call('add', [1, 1]);
      return record.received;
    });
    assert.deepEqual(received, []);
    await until(() => notified.length);
    assert.deepEqual(notified, [['once']]);
  });

  inRpcPage(
    'a call that may run twice survives the loss of its connection',
    async ({ page }) => {
      const answers = page.evaluate(() =>
        Promise.all([
          ws.call('hold', ['again'], { retry: true, timeout: 60_000 }),
          ws.call('hold', ['once'], { timeout: 60_000 }).catch(({ name }) => name),
        ]),
      );
      await until(() => held.length === 2);
      clients.get('kill').terminate();
      await until(() => held.length === 3);
      const { value, done } = held[2];
      done(null, value);
      assert.deepEqual(await answers, ['again', 'ConnectionLostError']);
    },
    'kill',
  );
});
