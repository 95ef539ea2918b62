/** Real tabs with sockets of `holdfast-ws/tabs`, and a server that numbers what it says: what the tests of tabs have in common. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTabs } from './browser.mjs';
import { lack } from './lacks.mjs';
import { startNumberedServer } from './numbered-server.mjs';
import { eventually, startServer } from './server.mjs';

/** Against hangs, not for slow machines. */
const LIMIT_MS = 180_000;
/** A silence after which a leader or a worker is given up, for tests in which it is lost. */
export const TAKES_OVER = { takeOverAfter: 2_000 };
/** In the other tests nobody is: not even one that a busy machine keeps silent for long. */
const STAYS = { takeOverAfter: 60_000 };

/**
 * Starts a server and a browser for the tests of a file. `options` are those that each socket has. In Chromium, all tabs but the one in front are
 * hidden and their timers late; with `hides: false` none is, which takes half the CPU time: for rules that have nothing to do with it.
 */
export function useTabs({ hides = true, ...options } = {}) {
  let browser;
  let pages = 0;
  const world = {
    server: undefined,

    /** Opens a tab with a socket: `record` is of that. Its number is the first part of what it sends. */
    async openTab(context, url, more = {}) {
      pages += 1;
      const tab = await browser.tab(`${world.server.origin}/blank?tabs=${pages}`);
      tab.number = pages;
      context.after(() => tab.release().catch(() => {}));
      const tabs = { key: context.name, ...STAYS, ...options.tabs, ...more.tabs };
      await tab.evaluate(prepare, [url, { ...options, ...more, tabs }, tab.number]);
      return tab;
    },

    async openTabs(context, count, url, more) {
      const tabs = [];
      for (let made = 0; made < count; made += 1) tabs.push(await world.openTab(context, url, more));
      for (const tab of tabs) await tab.evaluate(() => record.until('open'));
      return tabs;
    },

    test: (name, run, { needs, limit = LIMIT_MS } = {}) => test(name, { timeout: limit, skip: lack(needs) }, run),
  };
  before(async () => {
    world.server = await startServer();
    browser = await startTabs({ hides });
    world.browser = browser;
  });
  after(async () => {
    await browser?.close();
    await world.server?.stop();
  });
  return world;
}

/** Runs in the page. */
async function prepare([url, options, number]) {
  const { WebSocket } = await import('/pkg/dist/tabs.mjs');
  globalThis.sent = 0;
  globalThis.gaps = [];
  globalThis.make = (more = {}) => {
    const { tabs, worker, ...rest } = { ...options, ...more };
    const target = ({ resume }) => url + (resume === undefined || url.includes('?') ? '' : `?from=${resume}`);
    const resume = url.includes('?') ? undefined : ({ data }) => Number(data);
    if (worker) {
      tabs.worker = (suffix) => new SharedWorker(worker, { type: 'module', name: url + suffix });
      return new WebSocket('shared:', [], { ...rest, tabs });
    }
    return new WebSocket(target, [], { resume, reconnect: { minDelay: 50, maxDelay: 200 }, ...rest, tabs });
  };
  globalThis.ws = make();
  globalThis.record = probe.watch(ws);
  ws.addEventListener('gap', ({ uncertain }) => gaps.push(uncertain));
  globalThis.send = () => ws.send(`${number}:${++sent}`);
  globalThis.shown = [];
  addEventListener('pageshow', ({ persisted }) => shown.push(persisted));
}

export const roleOf = (tab) => tab.evaluate(() => ws.role);

export async function leaderOf(tabs) {
  for (const tab of tabs) if ((await roleOf(tab)) === 'leader') return tab;
  throw Error('no tab leads');
}

/** Checks that a tab has heard each number once and in order, from its first to the last one said. */
export async function hearsAll(tab, numbered) {
  const heard = await eventually(async () => {
    const { received, story } = await tab.evaluate(() => ({ received: record.received.map(Number), story: record.story }));
    assert.equal(received.at(-1), numbered.said, story);
    return received;
  });
  const first = heard[0];
  assert.deepEqual(
    heard,
    heard.map((_, index) => first + index),
    'each number once and in order',
  );
}

/** Checks that the messages of a tab have arrived once and in order. */
export async function hasSentAll(tab, numbered) {
  const sent = await tab.evaluate(() => sent);
  const own = () => numbered.received.filter((text) => text.startsWith(`${tab.number}:`));
  await eventually(() => assert.equal(own().length, sent, `${tab.number} has sent ${sent}: ${own()}`));
  assert.deepEqual(
    own(),
    Array.from({ length: sent }, (_, index) => `${tab.number}:${index + 1}`),
  );
}

export async function withNumbers(context) {
  const numbered = await startNumberedServer();
  context.after(() => numbered.stop());
  return numbered;
}

/** Follows a link from the tab's page to another. Returns the way back, after which the page must have come from the browser's cache. */
export async function leave(tab) {
  await tab.evaluate(() => void setTimeout(() => location.assign('/blank?elsewhere'), 0));
  await eventually(() =>
    tab
      .evaluate(() => {
        if (location.search !== '?elsewhere') throw Error('still there');
      })
      .catch(() => assert.fail('still there')),
  );
  return async () => {
    await tab.evaluate(() => void setTimeout(() => history.back(), 100));
    await eventually(async () =>
      assert.deepEqual(
        await tab.evaluate(() => [
          globalThis.shown?.at(-1),
          performance.getEntriesByType('navigation')[0].notRestoredReasons ?? null,
        ]),
        [true, null],
      ),
    );
  };
}
