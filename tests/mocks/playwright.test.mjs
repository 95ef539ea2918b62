/** In Chromium: Playwright's routeWebSocket, MSW with its service worker, and zone.js with the browser's own sockets. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const root = new URL('../../', import.meta.url);
const files = {
  '/': ['text/html', () => '<!doctype html><title>mocks</title>'],
  '/holdfast.mjs': ['text/javascript', () => readFile(new URL('pkg/dist/index.mjs', root))],
  // As `npx msw init` puts it there.
  '/mockServiceWorker.js': [
    'text/javascript',
    () => readFile(new URL('node_modules/msw/lib/mockServiceWorker.js', import.meta.url)),
  ],
  '/msw.js': ['text/javascript', () => readFile(new URL('node_modules/msw/lib/iife/index.js', import.meta.url))],
  '/zone.js': ['text/javascript', () => readFile(new URL('node_modules/zone.js/bundles/zone.umd.js', import.meta.url))],
};

let browser;
let server;
let origin;

before(async () => {
  server = createServer(async ({ url }, answer) => {
    const [type, read] = files[url] ?? [];
    answer.writeHead(type ? 200 : 404, { 'content-type': type ?? 'text/plain' });
    answer.end(await read?.());
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${server.address().port}`;
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

test('Playwright’s routeWebSocket is the server of our class, and a connection that it closes is made again', async () => {
  const page = await browser.newPage();
  let connections = 0;
  await page.routeWebSocket('wss://chat.example.com/', (route) => {
    connections += 1;
    route.onMessage((text) => (text === 'end' ? route.close({ code: 4000, reason: 'again' }) : route.send(`echo ${text}`)));
  });
  await page.goto(origin);
  const seen = await page.evaluate(async () => {
    const { WebSocket } = await import('/holdfast.mjs');
    const ws = new WebSocket('wss://chat.example.com/', [], { reconnect: { minDelay: 10, maxDelay: 20 } });
    const received = [];
    const next = (type) => new Promise((done) => ws.addEventListener(type, done, { once: true }));
    ws.addEventListener('message', (event) => received.push([event.data, event.target === ws, event.currentTarget === ws]));
    ws.send('a');
    await next('message');
    ws.send('end');
    const { code, willReconnect, target } = await next('close');
    ws.send('b');
    await next('message');
    ws.close();
    return { received, closed: [code, willReconnect, target === ws] };
  });
  assert.deepEqual(seen, {
    received: [
      ['echo a', true, true],
      ['echo b', true, true],
    ],
    closed: [4000, true, true],
  });
  assert.equal(connections, 2);
  await page.close();
});

for (const [when, order] of [
  ['before', ['/holdfast.mjs', '/msw.js']],
  ['after', ['/msw.js', '/holdfast.mjs']],
])
  test(`MSW with its service worker mocks our class, imported ${when} it, and passes on to the server`, async () => {
    const page = await browser.newPage();
    // Beneath MSW: the server that a handler connects to.
    await page.routeWebSocket('wss://real.example.com/', (route) => route.onMessage((text) => route.send(`real ${text}`)));
    await page.goto(origin);
    const seen = await page.evaluate(async (order) => {
      for (const path of order) {
        if (path.endsWith('.mjs')) globalThis.Holdfast = await import(path);
        else
          await new Promise((onload, onerror) => {
            document.head.append(Object.assign(document.createElement('script'), { src: path, onload, onerror }));
          });
      }
      const { setupWorker, ws: mock, http, HttpResponse } = globalThis.MockServiceWorker;
      const chat = mock.link('wss://chat.example.com');
      const real = mock.link('wss://real.example.com');
      let connections = 0;
      const worker = setupWorker(
        chat.addEventListener('connection', ({ client }) => {
          connections += 1;
          client.addEventListener('message', ({ data }) => (data === 'end' ? client.close(4000) : client.send(`mock ${data}`)));
        }),
        real.addEventListener('connection', ({ server }) => server.connect()),
        http.get('/api', () => HttpResponse.text('mocked')),
      );
      await worker.start({ quiet: true });
      const open = (url) => {
        const ws = new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 10, maxDelay: 20 } });
        const next = (type) => new Promise((done) => ws.addEventListener(type, done, { once: true }));
        return { ws, next };
      };
      const mocked = open('wss://chat.example.com');
      mocked.ws.send('a');
      const first = await mocked.next('message');
      mocked.ws.send('end');
      const { code, willReconnect } = await mocked.next('close');
      mocked.ws.send('b');
      const second = await mocked.next('message');
      mocked.ws.close();
      await mocked.next('close');
      const passed = open('wss://real.example.com');
      passed.ws.send('c');
      const third = await passed.next('message');
      passed.ws.close();
      const api = await (await fetch('/api')).text();
      worker.stop();
      return {
        received: [first.data, second.data, third.data],
        ours: [first.target === mocked.ws, third.target === passed.ws],
        closed: [code, willReconnect],
        connections,
        api,
      };
    }, order);
    assert.deepEqual(seen, {
      received: ['mock a', 'mock b', 'real c'],
      ours: [true, true],
      closed: [4000, true],
      connections: 2,
      api: 'mocked',
    });
    await page.close();
  });

test('under zone.js listeners run in their zones, and a socket that waits leaves its zone stable', async () => {
  const page = await browser.newPage();
  await page.routeWebSocket('wss://zone.example.com/', (route) => route.onMessage((text) => route.send(text)));
  await page.goto(origin);
  const seen = await page.evaluate(async () => {
    await import('/zone.js');
    const { WebSocket } = await import('/holdfast.mjs');
    const counts = [];
    const zone = Zone.current.fork({
      name: 'mine',
      onHasTask(delegate, _current, target, state) {
        delegate.hasTask(target, state);
        if (state.change === 'macroTask') counts.push(state.macroTask);
      },
    });
    const ws = zone.run(() => new WebSocket('wss://zone.example.com/', [], { heartbeat: { interval: 100, timeout: 5_000 } }));
    const zones = await new Promise((done) => {
      const received = [];
      const note = (name) => () => received.push([name, Zone.current.name]) === 3 && done([...received]);
      zone.run(() => {
        ws.onopen = note('onopen');
        ws.addEventListener('message', note('message'));
      });
      ws.onmessage = note('onmessage');
      ws.send('x');
    });
    while (ws.stats().pings < 2) await new Promise((done) => requestAnimationFrame(done));
    ws.close();
    return { zones, counts };
  });
  assert.deepEqual(seen, {
    zones: [
      ['onopen', 'mine'],
      ['message', 'mine'],
      ['onmessage', '<root>'],
    ],
    counts: [],
  });
  await page.close();
});
