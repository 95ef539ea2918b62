/** In Chromium: the servers of a world behind the sockets of a real page, in real time. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { world } from '../../pkg/dist/testing.mjs';

const files = {
  '/': ['text/html', () => '<!doctype html><title>a page</title>'],
  '/holdfast.mjs': ['text/javascript', () => readFile(new URL('../../pkg/dist/index.mjs', import.meta.url))],
};

let browser;
let server;

before(async () => {
  server = createServer(async ({ url }, answer) => {
    const [type, read] = files[url] ?? [];
    answer.writeHead(type ? 200 : 404, { 'content-type': type ?? 'text/plain' });
    answer.end(await read?.());
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  browser = await chromium.launch({
    executablePath: process.env.HOLDFAST_HEADLESS ?? process.env.HOLDFAST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
    // Against hangs only.
    timeout: 180_000,
  });
});

after(async () => {
  await browser?.close();
  server?.close();
});

const LIVE = 'wss://api.test/live';

/** A page with our class, open to the world's server. What it receives and each status are in `seen`. */
async function openPage(w, options) {
  const page = await browser.newPage();
  await w.attach(page);
  await page.goto(`http://127.0.0.1:${server.address().port}`);
  await page.evaluate(
    async ([url, options]) => {
      const { WebSocket } = await import('/holdfast.mjs');
      globalThis.seen = [];
      globalThis.ws = new WebSocket(url, [], options);
      ws.binaryType = 'arraybuffer';
      ws.onstatuschange = () => seen.push(ws.status);
      ws.onclose = ({ code, reason }) => seen.push(`${code} ${reason}`);
      ws.onmessage = ({ data }) => seen.push(typeof data === 'string' ? data : [...new Uint8Array(data)].join());
    },
    [LIVE, options],
  );
  const seen = () => page.evaluate(() => seen);
  return { page, seen, sees: (what) => w.until(async () => (await seen()).includes(what)) };
}

const OPTIONS = { reconnect: { minDelay: 50, maxDelay: 100 } };

test('a page talks with a server of the world, and reconnects when that restarts', async () => {
  const w = world();
  const live = w.server(LIVE, (connection) => {
    connection.on('message', (data) => connection.send(data));
  });
  w.network.latency({ up: 20, down: 30 });
  const { page, seen, sees } = await openPage(w, OPTIONS);
  await page.evaluate(() => {
    ws.send('hello');
    ws.send(Uint8Array.of(1, 2, 3));
  });
  await sees('1,2,3');
  assert.deepEqual(await seen(), ['open', 'hello', '1,2,3']);
  assert.deepEqual(live.received, ['hello', Uint8Array.of(1, 2, 3)]);

  live.restart({ down: 300, code: 1012, reason: 'soon' });
  await sees('1012 soon');
  await w.until(() => live.connections.length === 1);
  await page.evaluate(() => ws.send('again'));
  await sees('again');

  await page.evaluate(() => ws.close(4001, 'bye'));
  await sees('4001 bye');
  await w.until(() => live.connections.length === 0);
  await page.close();
  w.dispose();
});

test('a page finds out by its heartbeat that the connection is half-open', async () => {
  const w = world();
  const live = w.server(LIVE, (connection) => {
    connection.on('message', (data) => connection.send(data === 'ping' ? 'pong' : data));
  });
  const { page, sees } = await openPage(w, { ...OPTIONS, heartbeat: { interval: 200, timeout: 300, pong: 'pong' } });
  await sees('open');
  w.network.change();
  await sees('waiting');
  await w.until(() => live.connections.length > 1);
  await page.evaluate(() => ws.send('after'));
  await sees('after');
  await page.close();
  w.dispose();
});

test('a refused handshake, and the world’s time beside the real one', async () => {
  const w = world();
  const live = w.server(LIVE);
  live.refuse(503);
  const { page, sees } = await openPage(w, OPTIONS);
  await sees('1006 ');
  live.accept();
  await sees('open');
  let ticks = 0;
  live.every(50, () => ticks++);
  const begun = performance.now();
  await w.advance(220);
  // The world is behind by a task of the real clock's at most.
  assert.ok(performance.now() - begun >= 150);
  assert.ok(ticks >= 4, `${ticks} ticks`);
  // It goes on by itself.
  await new Promise((done) => setTimeout(done, 150));
  await w.until(() => ticks >= 8, { within: 10_000 });
  await page.close();
  w.dispose();
});

test('what a server throws is thrown by what the test awaits', async () => {
  const w = world();
  w.server(LIVE, (connection) => {
    connection.on('message', () => {
      throw Error('in the server');
    });
  });
  const { page, sees } = await openPage(w, OPTIONS);
  await sees('open');
  await page.evaluate(() => ws.send('hello'));
  await assert.rejects(w.advance(30_000), /in the server/);
  await page.close();
  w.dispose();
});

test('attach() takes one clock', async () => {
  const w = world();
  await w.attach({ routeWebSocket: async () => {} });
  assert.throws(() => w.attach({ routeWebSocket: async () => {} }), /attached already/);
  w.dispose();
});
