/** Real tabs with outboxes in a browser of their own, and a server's half that is counted: for the tests of the storage. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DevTools, Shell } from '../../package/support/devtools.mjs';
import { eventually, startServer } from '../../package/support/server.mjs';
import { startWireServer } from './wire-server.mjs';

/** Against hangs, not for slow machines. */
const LIMIT_MS = 180_000;
export const numbers = (count, first = 1) => Array.from({ length: count }, (_, index) => first + index);
export let pages;
/** Those that a test has needed. */
const browsers = {};

before(async () => {
  pages = await startServer();
});

after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  await pages?.stop();
});

/** Without windows everything takes half the CPU time, and there is no back/forward cache. */
function browserWith({ cache }) {
  browsers[cache] ??= cache ? new DevTools() : new Shell();
  return browsers[cache];
}

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

const testsIn = (options) => (name, run) =>
  test(name, { timeout: LIMIT_MS }, async (context) => {
    const wire = await startWireServer();
    context.after(() => wire.stop());
    const box = name.replaceAll(/\W+/g, '-');
    /** Opens a tab; without a URL nothing is started in it. */
    const open = async (url = wire.url, more = {}) => {
      const tab = await browserWith(options).tab(`${pages.origin}/blank?${box}`);
      context.after(() => tab.release().catch(() => {}));
      await tab.evaluate(prepare, [url, { box, ...more }]);
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

export const inTabs = testsIn({ cache: false });
/** The same with a back/forward cache. */
export const inTabsWithCache = testsIn({ cache: true });

export const NOWHERE = 'ws://127.0.0.1:9/';
export const store = (tab, items) =>
  tab.evaluate((items) => Promise.all(items.map((item) => outbox.deliver({ item }).stored)), items);
export const doneIs = (wire, items) => eventually(() => assert.deepEqual(wire.items, items), 60_000);
