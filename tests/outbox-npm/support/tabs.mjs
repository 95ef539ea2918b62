/** Real tabs with outboxes in a browser of their own, and a server's half that is counted: for the tests of the storage. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DevTools } from '../../package/support/devtools.mjs';
import { eventually, startServer } from '../../package/support/server.mjs';
import { startWireServer } from './wire-server.mjs';

/** Against hangs, not for slow machines. */
const LIMIT_MS = 180_000;
export const numbers = (count, first = 1) => Array.from({ length: count }, (_, index) => first + index);
export let pages;
let browser;

before(async () => {
  pages = await startServer();
  browser = new DevTools();
});

after(async () => {
  await browser?.close();
  await pages?.stop();
});

/** Runs in a page: makes its outbox, and what tests call. */
export async function prepare([url, { entry = 'index', ...options }]) {
  const [{ WebSocket }, { Outbox }] = await Promise.all([import(`/pkg/dist/${entry}.mjs`), import('/pkg/dist/outbox.mjs')]);
  globalThis.reported = [];
  addEventListener('error', ({ message }) => reported.push(message));
  globalThis.start = (url, more) => {
    globalThis.ws = new WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 200 } });
    globalThis.outbox = new Outbox(ws, { ...options, ...more });
    return outbox;
  };
  if (url) start(url);
}

export const inTabs = (name, run) =>
  test(name, { timeout: LIMIT_MS }, async (context) => {
    const wire = await startWireServer();
    context.after(() => wire.stop());
    const box = name.replaceAll(/\W+/g, '-');
    /** Opens a tab; without a URL nothing is started in it. */
    const open = async (url = wire.url, options = {}) => {
      const tab = await browser.tab(`${pages.origin}/blank?${box}`);
      context.after(() => tab.end().catch(() => {}));
      await tab.evaluate(prepare, [url, { box, ...options }]);
      return tab;
    };
    await run({ wire, open, box });
    // Each once, and in order.
    const last = new Map();
    for (const { box, n } of wire.done) {
      assert.ok(n > (last.get(box) ?? 0), `${n} of ${box} after ${last.get(box)}`);
      last.set(box, n);
    }
  });

export const NOWHERE = 'ws://127.0.0.1:9/';
export const store = (tab, items) =>
  tab.evaluate((items) => Promise.all(items.map((item) => outbox.deliver({ item }).stored)), items);
export const doneIs = (wire, items) => eventually(() => assert.deepEqual(wire.items, items), 60_000);
