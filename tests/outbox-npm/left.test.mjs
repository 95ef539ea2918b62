/** A page that is left: what it posts, and what it does in the back/forward cache. */
import assert from 'node:assert/strict';
import { eventually } from '../package/support/server.mjs';
import { doneIs, inTabsWithCache as inTabs, NOWHERE, numbers, pages, prepare, store } from './support/tabs.mjs';

inTabs('a page that is left posts the rest, and nothing is done twice', async ({ wire, open, box }) => {
  const tab = await open(NOWHERE, { flush: wire.postUrl });
  await store(tab, numbers(20));
  await tab.evaluate(async () => {
    const tenth = [...outbox].find(({ message }) => message.item === 10);
    tenth.cancel();
    // It ends when it is off the disk. Before that, nothing behind it is posted.
    await tenth.catch(() => {});
  });
  await tab.goto(`${pages.origin}/blank?left`);
  const done = numbers(20).filter((item) => item !== 10);
  // There is no page with an outbox.
  await doneIs(wire, done);
  assert.equal(wire.posted.length, 1);
  await tab.evaluate(prepare, [wire.url, { box }]);
  await store(tab, [21]);
  await doneIs(wire, [...done, 21]);
  await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0));
});

inTabs('no more is posted than a browser takes: the rest is sent by the next page', async ({ wire, open, box }) => {
  const tab = await open('');
  await tab.evaluate(([url, flush]) => void start(url, { flush }), [NOWHERE, wire.postUrl]);
  await tab.evaluate(async () => {
    const all = [1, 2, 3, 4, 5].map((item) => outbox.deliver({ item, text: 'ä'.repeat(10_000) }));
    await Promise.all(all.map((each) => each.stored));
  });
  await tab.goto(`${pages.origin}/blank?left`);
  await doneIs(wire, numbers(3));
  await tab.evaluate(prepare, [wire.url, { box }]);
  await doneIs(wire, numbers(5));
});

/** Runs in a page: its socket connects to `target`, which may be another one later. */
function startAt(target) {
  globalThis.target = target;
  start(() => globalThis.target);
  addEventListener('pageshow', ({ persisted }) => {
    globalThis.persisted = persisted;
  });
}

/** Goes back to the page before, which was in the back/forward cache. */
async function goBack(tab, box) {
  // In a while: a script whose page goes into the cache beneath it would end only once it is back.
  await tab.evaluate(() => void setTimeout(() => history.back(), 100));
  const isBack = async () => assert.equal(await tab.evaluate(() => location.search, undefined, 2_000), `?${box}`);
  await eventually(isBack, 60_000);
  const reasons = await tab.evaluate(() => JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons));
  // It is told so a little later than it is there.
  await eventually(async () => assert.equal(await tab.evaluate(() => globalThis.persisted), true, reasons));
}

/** Runs in a page. */
function connectTo(url) {
  globalThis.target = url;
  ws.reconnect();
}

inTabs('a page in the back/forward cache frees its boxes, and takes them again', async ({ wire, open, box }) => {
  const tab = await open('');
  await tab.evaluate(startAt, NOWHERE);
  await store(tab, numbers(3));
  await tab.goto(`${pages.origin}/blank?elsewhere`);
  // Another tab sends what it has left.
  const other = await open();
  await doneIs(wire, numbers(3));
  await other.end();
  await goBack(tab, box);
  // It knows nothing of what became of them, and its server does.
  await tab.evaluate(connectTo, wire.url);
  await store(tab, [4]);
  await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0), 60_000);
  assert.deepEqual(wire.items, numbers(4));
});

inTabs('a page in the back/forward cache leaves what it had adopted, and adopts it again if nobody has', async (given) => {
  const { wire, open, box } = given;
  const gone = await open(NOWHERE);
  await store(gone, numbers(2));
  await gone.end();
  const tab = await open('');
  await tab.evaluate(startAt, NOWHERE);
  await store(tab, [3]);
  const hasAll = () => eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 3), 60_000);
  await hasAll();
  await tab.evaluate(() => {
    globalThis.adopted = outbox.pending.filter(({ message }) => message.item < 3);
  });
  await tab.goto(`${pages.origin}/blank?elsewhere`);
  await goBack(tab, box);
  await hasAll();
  // They are others, which the old ones know nothing of.
  const old = await tab.evaluate(() => [
    adopted.length,
    adopted.some((each) => outbox.pending.includes(each) || each.cancel()),
  ]);
  assert.deepEqual(old, [2, false]);
  await tab.evaluate(connectTo, wire.url);
  await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0), 60_000);
  assert.deepEqual([...wire.items].sort(), numbers(3));
});

inTabs('what a page has posted when it was left is acknowledged when it is back, also without a disk', async (given) => {
  const { wire, open, box } = given;
  const tab = await open('', { store: 'memory', flush: wire.postUrl });
  await tab.evaluate(startAt, NOWHERE);
  await tab.evaluate(() => {
    globalThis.all = [1, 2, 3].map((item) => outbox.deliver({ item }));
  });
  await eventually(async () => assert.equal(await tab.evaluate(() => all.at(-1).state), 'stored'));
  await tab.goto(`${pages.origin}/blank?elsewhere`);
  await doneIs(wire, numbers(3));
  await goBack(tab, box);
  await tab.evaluate(connectTo, wire.url);
  await eventually(async () => {
    assert.deepEqual(await tab.evaluate(() => all.map(({ state }) => state)), Array(3).fill('acknowledged'));
  }, 60_000);
  assert.deepEqual(wire.items, numbers(3));
});
