/**
 * WebKit's own storage and locks: a page is left by a reload; the browser is killed, and started again with its profile. WebDriver keeps no
 * profile and ends with the first page that crashes, so there the browser runs by itself.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, pkg, startServer } from '../package/support/server.mjs';
import { startWebDriver } from '../package/support/webdriver/browser.mjs';
import { miniBrowser, startScreen } from '../package/support/webdriver/engines.mjs';
import { makeProfile } from './support/browsers.mjs';
import { startWireServer } from './support/wire-server.mjs';

/** Against hangs, not for slow machines. */
const LIMIT_MS = 300_000;
const KILLS = 6;
const NOWHERE = 'ws://127.0.0.1:9/';
const numbers = (count, first = 1) => Array.from({ length: count }, (_, index) => first + index);

/** Runs in a page: makes its outbox. */
async function makeOutbox(url) {
  const [{ WebSocket }, { Outbox }] = await Promise.all([import('/pkg/dist/index.mjs'), import('/pkg/dist/outbox.mjs')]);
  globalThis.ws = new WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 200 } });
  globalThis.outbox = new Outbox(ws, { box: 'ada' });
}

test('webkit: what a page leaves behind at a reload is sent by the next, in order', { timeout: LIMIT_MS }, async (context) => {
  const [pages, wire, browser] = [await startServer(), await startWireServer(), await startWebDriver('webkit')];
  context.after(async () => {
    await browser.close();
    await wire.stop();
    await pages.stop();
  });
  const page = await browser.tab(`${pages.origin}/blank?1`);
  await page.evaluate(makeOutbox, NOWHERE);
  const stored = await page.evaluate(
    (items) => Promise.all(items.map((item) => outbox.deliver({ item }).stored)),
    numbers(300),
  );
  assert.deepEqual(stored, Array(300).fill('disk'));
  await page.reload();
  await page.evaluate(makeOutbox, wire.url);
  await eventually(() => assert.deepEqual(wire.items, numbers(300)), 60_000);
  await eventually(async () => assert.equal(await page.evaluate(() => outbox.size), 0));
});

/** A server of the wire that also notes what pages say they have stored. */
async function startNotingServer(stored) {
  const wire = await startWireServer();
  const connect = wire.connect.bind(wire);
  wire.connect = (connection) => {
    connection.on('message', (data) => {
      if (data.includes('"stored"')) for (const item of JSON.parse(data).stored) stored.add(item);
    });
    connect({
      ...connection,
      on: (type, hear) =>
        connection.on(type, (data) => (type === 'message' && data.includes('"stored"') ? undefined : hear(data))),
    });
  };
  return wire;
}

test('webkit: the browser is killed again and again; each message is done once, in order', {
  timeout: LIMIT_MS,
}, async (context) => {
  const stored = new Set();
  const support = resolve(import.meta.dirname, 'support');
  const [pages, wire, screen] = [
    await startServer({ roots: { pkg, support } }),
    await startNotingServer(stored),
    await startScreen(),
  ];
  const profile = makeProfile(context);
  const folders = Object.fromEntries(['DATA', 'CACHE', 'CONFIG'].map((kind) => [`XDG_${kind}_HOME`, `${profile}/${kind}`]));
  let browser;
  const kill = async () => {
    if (!browser || browser.exitCode !== null || browser.signalCode) return;
    const ended = once(browser, 'exit');
    process.kill(-browser.pid, 'SIGKILL');
    await ended;
  };
  context.after(async () => {
    await kill();
    await screen.stop();
    await wire.stop();
    await pages.stop();
  });
  const start = (target, first, count) => {
    const query = new URLSearchParams({ server: wire.url, target, first, count });
    // A process group of its own, so that all of its processes are killed at once.
    browser = spawn(miniBrowser(), [`${pages.origin}/support/kept.html?${query}`], {
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, ...screen.env, ...folders },
    });
  };
  const hasStored = (last) => eventually(() => assert.ok(stored.has(last), `${last} is not stored`), 120_000);
  const COUNT = 50;
  for (let kills = 0; kills < KILLS; kills += 1) {
    // Some send, and are killed meanwhile; the others only store.
    start(kills % 2 ? wire.url : NOWHERE, kills * COUNT + 1, COUNT);
    await hasStored((kills + 1) * COUNT);
    await sleep(Math.random() * 100);
    await kill();
  }
  start(wire.url, KILLS * COUNT + 1, 1);
  await hasStored(KILLS * COUNT + 1);
  assert.equal(stored.size, KILLS * COUNT + 1);
  const sorted = () => [...wire.items].sort((one, other) => one - other);
  await eventually(() => assert.deepEqual(sorted(), numbers(KILLS * COUNT + 1)), 120_000);
  const last = new Map();
  for (const { box, n } of wire.done) {
    assert.equal(n, (last.get(box) ?? 0) + 1, `the numbers of ${box}`);
    last.set(box, n);
  }
});
