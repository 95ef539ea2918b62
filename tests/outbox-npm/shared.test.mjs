/** Tabs that share a connection share a box: the one that leads crashes, is closed, or has no outbox. */
import assert from 'node:assert/strict';
import { eventually } from '../package/support/server.mjs';
import { doneIs, inTabs, NOWHERE, numbers, store } from './support/tabs.mjs';

/** Opens tabs that share one connection, and returns them, the one that leads first. */
async function openShared(open, url, count = 3) {
  const tabs = [];
  for (let at = 0; at < count; at += 1) tabs.push(await open(url, { entry: 'tabs' }));
  const roles = () => Promise.all(tabs.map((tab) => tab.evaluate(() => ws.role)));
  await eventually(async () => assert.equal((await roles()).filter((role) => role === 'leader').length, 1), 60_000);
  const [leader] = tabs.splice((await roles()).indexOf('leader'), 1);
  return [leader, ...tabs];
}

inTabs('what is delivered to a shared box at any moment after it has stored is stored', async ({ wire, open }) => {
  const [leader] = await openShared(open, wire.url, 1);
  await leader.evaluate(async () => {
    for (let microtasks = 0; microtasks < 30; microtasks += 1) {
      await outbox.deliver({ item: microtasks }).stored;
      for (let passed = 0; passed < microtasks; passed += 1) await null;
      await outbox.deliver({ item: microtasks }).stored;
    }
  });
  await eventually(() => assert.equal(wire.items.length, 60), 60_000);
});

const boxesOf = (wire) => new Set(wire.done.map(({ box }) => box));

inTabs('tabs that share a connection share a box, and the one that leads crashes', async ({ wire, open }) => {
  const [leader, ...tabs] = await openShared(open, wire.url);
  let item = 0;
  const deliverAll = async (all, count) => {
    for (let round = 0; round < count; round += 1) {
      item += all.length;
      await Promise.all(all.map((tab, at) => store(tab, [item - at])));
    }
  };
  await deliverAll([leader, ...tabs], 20);
  await eventually(() => assert.equal(wire.items.length, item), 60_000);
  await eventually(() => assert.equal(wire.countLive(), 1));
  assert.equal(boxesOf(wire).size, 1);
  // Of the last ones some are on their way.
  await leader.evaluate(() => void Array.from({ length: 50 }, (_, at) => outbox.deliver({ item: 10_000 + at })));
  await leader.send('Page.crash', {}, 1_000).catch(() => {});
  await deliverAll(tabs, 20);
  // Those of the leader that were stored come by the tab that owns the box now.
  await eventually(() => assert.equal(wire.items.filter((each) => each < 10_000).length, item), 60_000);
  for (const tab of tabs) await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0), 60_000);
  assert.deepEqual(
    wire.items.filter((each) => each < 10_000).sort((one, other) => one - other),
    numbers(item),
  );
  await eventually(() => assert.equal(wire.countLive(), 1));
  assert.equal(boxesOf(wire).size, 1);
});

inTabs('a tab that doesn’t lead is told what became of its messages, and may cancel them', async ({ wire, open }) => {
  const [, follower] = await openShared(open, wire.url, 2);
  wire.refuses = ({ item }) => item === 2;
  wire.fails = ({ item }) => item === 3;
  await follower.evaluate(() => {
    globalThis.all = [1, 2, 3, 4].map((item) => outbox.deliver({ item }));
    globalThis.ends = Promise.allSettled(all);
  });
  await eventually(async () => {
    assert.deepEqual(await follower.evaluate(() => all.map(({ state }) => state)), ['acknowledged', 'failed', 'sent', 'sent']);
  }, 60_000);
  await follower.evaluate(() => all[2].cancel());
  const ends = await follower.evaluate(async () =>
    (await ends).map(({ value, reason }) => value ?? [reason.name, reason.reason, reason.detail?.message]),
  );
  assert.deepEqual(ends, [
    { order: 1 },
    ['DeliveryError', 'refused', 'no such item'],
    ['DeliveryError', 'cancelled', null],
    { order: 2 },
  ]);
  assert.deepEqual(wire.items, [1, 4]);
});

inTabs('a tab that leads and has no outbox leaves the box to another', async ({ wire, open }) => {
  const [leader, follower] = await openShared(open, wire.url, 2);
  await store(follower, [1]);
  await doneIs(wire, [1]);
  await leader.evaluate(() => outbox.close());
  await store(follower, [2, 3]);
  await doneIs(wire, [1, 2, 3]);
  await eventually(async () => assert.equal(await follower.evaluate(() => outbox.size), 0));
  assert.equal(boxesOf(wire).size, 1);
});

inTabs(
  'what all tabs of a connection have left is sent by the next one, and by one without the others',
  async ({ wire, open, box }) => {
    const tabs = await openShared(open, NOWHERE, 2).catch(() => []);
    assert.equal(tabs.length, 2);
    for (const [at, tab] of tabs.entries()) await store(tab, [at + 1]);
    for (const tab of tabs) await tab.end();
    // It has a connection of its own.
    const plain = await open();
    await doneIs(wire, [1, 2]);
    await eventually(async () => assert.equal(await plain.evaluate(() => outbox.size), 0));
    // A tab in the back/forward cache would be to know what was sent.
    const { cursor } = await plain.evaluate(content);
    const [, { last, reserved, opened }] = cursor.find(([name]) => name === `${box}/`);
    assert.ok(opened === reserved && opened >= last, `${opened}, ${reserved}`);
    await plain.end();
    const [again] = await openShared(open, wire.url, 1);
    await store(again, [3]);
    await doneIs(wire, [1, 2, 3]);
    assert.equal(boxesOf(wire).size, 1);
  },
);

/** Runs in a page: what is in the database, or, given that, puts it there in place of what there is. */
async function content(given) {
  const database = await new Promise((resolve) => {
    const request = indexedDB.open('holdfast-ws-outbox');
    request.onsuccess = () => resolve(request.result);
  });
  const names = [...database.objectStoreNames];
  const transaction = database.transaction(names, given ? 'readwrite' : 'readonly', { durability: 'strict' });
  const all = {};
  for (const name of names) {
    const store = transaction.objectStore(name);
    if (given) {
      store.clear();
      for (const [key, value] of given[name]) store.put(value, key);
    } else {
      const [keys, values] = [store.getAllKeys(), store.getAll()];
      values.onsuccess = () => {
        all[name] = keys.result.map((key, at) => [key, values.result[at]]);
      };
    }
  }
  await new Promise((done) => {
    transaction.oncomplete = done;
  });
  database.close();
  return all;
}

/** Replaces the content of the disk while no page lives that has an outbox. */
async function rewrite(open, given) {
  const tab = await open('');
  await tab.evaluate(content, given);
  await tab.end();
}

async function storeAndLeave(open, wire, items) {
  const [tab] = await openShared(open, wire.url, 1);
  await store(tab, items);
  await eventually(() => assert.ok(items.every((item) => wire.items.includes(item))), 60_000);
  await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0));
  const disk = await tab.evaluate(content);
  await tab.end();
  return disk;
}

inTabs('a number is not given again after the power was lost, and with it what was written last', async ({ wire, open }) => {
  const [tab] = await openShared(open, wire.url, 1);
  await tab.evaluate(() => {
    globalThis.durabilities = [];
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (names, mode, options) {
      if (mode === 'readwrite') durabilities.push(options.durability);
      return transaction.call(this, names, mode, options);
    };
  });
  await store(tab, [1]);
  assert.equal(await tab.evaluate(() => durabilities[0]), 'strict');
  const kept = await tab.evaluate(content);
  await store(tab, [2, 3, 4]);
  await doneIs(wire, [1, 2, 3, 4]);
  await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0));
  assert.deepEqual(await tab.evaluate(() => durabilities.filter((each) => each === 'strict')), ['strict']);
  await tab.end();
  await rewrite(open, kept);
  await storeAndLeave(open, wire, [5, 6]);
  assert.deepEqual(wire.items, [1, 2, 3, 4, 5, 6]);
  assert.equal(boxesOf(wire).size, 1);
});

inTabs(
  'after the profile was restored from a backup, what is delivered is done, and the application is told',
  async ({ wire, open }) => {
    const backup = await storeAndLeave(open, wire, [1]);
    for (const item of [2, 3, 4]) await storeAndLeave(open, wire, [item]);
    await rewrite(open, backup);
    const tabs = await openShared(open, wire.url, 2);
    for (const tab of tabs)
      await tab.evaluate(() => {
        globalThis.told = [];
        outbox.addEventListener('ahead', ({ done, given }) => told.push(done > given));
      });
    const [leader, follower] = tabs;
    await Promise.all([store(leader, [5, 6]), store(follower, [7])]);
    await store(follower, [8]);
    await eventually(() => assert.deepEqual([...wire.items].sort(), numbers(8)), 60_000);
    for (const tab of tabs) await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0), 60_000);
    const told = await Promise.all(tabs.map((tab) => tab.evaluate(() => told)));
    assert.deepEqual(told.flat(), [true]);
    assert.equal(boxesOf(wire).size, 1);
  },
);

inTabs(
  'a message of a shared box that can’t be converted stops nobody: it is set aside for a later page',
  async ({ wire, open }) => {
    const [tab] = await openShared(open, NOWHERE, 1);
    await tab.evaluate(async (url) => {
      await Promise.all([1, 2, 3].map((number) => outbox.deliver({ number }).stored));
      outbox.close();
      const migrate = ({ number }) => {
        if (number === 2) throw Error('no such thing');
        return { item: number };
      };
      start(url, { version: 2, migrate });
    }, wire.url);
    await store(tab, [4]);
    await doneIs(wire, [1, 3, 4]);
    assert.deepEqual(await tab.evaluate(() => reported.length), 1);
    await tab.evaluate((url) => {
      outbox.close();
      start(url, { version: 2, migrate: ({ number }) => ({ item: number }) });
    }, wire.url);
    await store(tab, [5]);
    await eventually(() => assert.deepEqual([...wire.items].sort(), [1, 2, 3, 4, 5]), 60_000);
    assert.deepEqual(
      wire.items.filter((item) => item !== 2),
      [1, 3, 4, 5],
    );
  },
);
