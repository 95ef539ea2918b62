/** Each event of a socket has a task of its own, as with the browser's class: who waits for one after the other misses none. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './support/server.mjs';
import { hearsAll, useTabs, withNumbers } from './support/tabs.mjs';

const world = useTabs();
const inTabs = world.test;

/** Makes one more socket in the tab. `heard` is what someone hears who waits for `open`, and then for one message after the other. */
const listen = (tab, more) =>
  tab.evaluate((more) => {
    const other = make(more);
    const happens = (type) => new Promise((resolve) => other.addEventListener(type, resolve, { once: true }));
    globalThis.heard = [];
    const run = async () => {
      await happens('open');
      globalThis.isOpen = true;
      for (;;) heard.push(Number((await happens('message')).data));
    };
    run();
  }, more);

const TAKES_OVER_SOON = { tabs: { takeOverAfter: 5_000 } };

/** Holds the page up for longer than a leader trusts that it leads, and for less than others wait for it. */
const block = (tab) =>
  tab.evaluate(() => {
    const start = performance.now();
    while (performance.now() - start < 1_900);
  });

const range = (first, last) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

const hears = (tab, first, last) =>
  eventually(async () => assert.deepEqual(await tab.evaluate(() => heard), range(first, last)));

inTabs('who waits for one message after the other misses none that a tab which comes late is given', async (context) => {
  const numbered = await withNumbers(context);
  const more = { tabs: { replay: 3 } };
  const [tab] = await world.openTabs(context, 1, numbered.url, more);
  for (let count = 0; count < 5; count += 1) numbered.say();
  await hearsAll(tab, numbered);
  const [later] = await world.openTabs(context, 1, numbered.url, more);
  await listen(later);
  await hears(later, 3, 5);
  for (let count = 0; count < 50; count += 1) numbered.say();
  await hears(later, 3, 55);
});

inTabs('messages that come while a late tab is given earlier ones come after them', async (context) => {
  const numbered = await withNumbers(context);
  const more = { tabs: { replay: 1_000 } };
  const [tab] = await world.openTabs(context, 1, numbered.url, more);
  for (let count = 0; count < 1_000; count += 1) numbered.say();
  await hearsAll(tab, numbered);
  const later = await world.openTab(context, numbered.url, more);
  for (let round = 0; round < 5; round += 1) {
    const joins = later.evaluate(async (more) => {
      const other = make(more);
      const numbers = [];
      other.onmessage = ({ data }) => numbers.push(Number(data));
      globalThis.heard = numbers;
      await probe.until(() => heard.length);
    }, more);
    let joined = false;
    const talks = async () => {
      while (!joined) {
        numbered.say();
        await sleep(1);
      }
    };
    const talking = talks();
    await joins;
    joined = true;
    await talking;
    const last = numbered.say();
    await later.evaluate((last) => probe.until(() => heard.includes(last)), last);
    const heard = await later.evaluate(() => heard);
    assert.deepEqual(heard, range(heard[0], last));
  }
});

inTabs('who waits for one message after the other misses none that a leader has held back', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await world.openTabs(context, 2, numbered.url, TAKES_OVER_SOON);
  numbered.say();
  for (const tab of tabs) {
    await hearsAll(tab, numbered);
    await listen(tab);
    await tab.evaluate(() => probe.until(() => globalThis.isOpen));
  }
  numbered.say();
  for (const tab of tabs) await hears(tab, 2, 2);
  // It doesn't know if it still leads, and looks that up while messages come.
  const blocked = block(tabs[0]);
  await sleep(1_000);
  for (let count = 0; count < 20; count += 1) numbered.say();
  await blocked;
  for (const tab of tabs) await hears(tab, 2, 22);
});

inTabs('a loss that a leader has held back is told in the order of the plain class', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await world.openTabs(context, 2, numbered.url, TAKES_OVER_SOON);
  // It doesn't know if it still leads, and looks that up while the connection is lost.
  const blocked = block(tabs[0]);
  await sleep(1_000);
  numbered.say();
  numbered.cut();
  await blocked;
  const lost = ['error', 'close', 'reconnecting', 'statuschange waiting', 'statuschange connecting'];
  for (const tab of tabs) {
    const told = await tab.evaluate(async () => {
      await record.until('open', 2);
      await probe.until(() => record.last('statuschange').status === 'open');
      return record.events.map(({ type, status = '' }) => `${type} ${status}`.trim());
    });
    const from = told.indexOf('error');
    assert.deepEqual(told.slice(from, from + lost.length), lost);
    assert.deepEqual(told.slice(-2), ['open', 'statuschange open']);
  }
});

inTabs('who waits for `error`, for `close` and for `open` misses none when the connection is lost', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await world.openTabs(context, 2, numbered.url);
  for (const tab of tabs)
    await tab.evaluate(() => {
      const happens = (type) => new Promise((resolve) => ws.addEventListener(type, resolve, { once: true }));
      globalThis.lost = [];
      const run = async () => {
        for (const type of ['error', 'close', 'open']) lost.push((await happens(type)).type);
      };
      run();
    });
  numbered.cut();
  for (const tab of tabs)
    await eventually(async () => assert.deepEqual(await tab.evaluate(() => lost), ['error', 'close', 'open']));
});

inTabs(
  'who waits for `close` and then for `open` misses neither, even if the timer is later than the connection',
  async (context) => {
    const numbered = await withNumbers(context);
    const [tab] = await world.openTabs(context, 1, numbered.url);
    const outcome = await tab.evaluate(async () => {
      const happens = (type) => new Promise((resolve) => ws.addEventListener(type, resolve, { once: true }));
      await probe.until(() => record.last('statuschange')?.status === 'open');
      const closed = happens('close');
      // Browsers throttle timers: those of hidden pages, and those that a timer sets.
      const { setTimeout: soon } = globalThis;
      globalThis.setTimeout = (run, ms, ...more) => soon(run, ms + 10_000, ...more);
      ws.reconnect();
      await closed;
      const opened = happens('open').then(() => 'open');
      const outcome = await Promise.race([opened, record.until('open', 2).then(() => 'missed')]);
      globalThis.setTimeout = soon;
      return outcome;
    });
    assert.equal(outcome, 'open');
  },
);
