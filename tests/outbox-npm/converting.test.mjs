/** Messages of an older version of the application, in a real browser: they are converted, or set aside. */
import assert from 'node:assert/strict';
import { eventually } from '../package/support/server.mjs';
import { doneIs, inTabs, NOWHERE, store } from './support/tabs.mjs';

inTabs('what an older version has stored is converted', async ({ wire, open }) => {
  const tab = await open('');
  await tab.evaluate(async (nowhere) => {
    start(nowhere);
    await outbox.deliver({ number: 1 }).stored;
    outbox.close();
  }, NOWHERE);
  await tab.evaluate((url) => {
    start(url, { version: 2, migrate: ({ number }, version) => ({ item: number * 10 + version }) });
  }, wire.url);
  await doneIs(wire, [11]);
});

/** Runs in a page: an outbox of version 2 that converts all but one. */
function startConverting([url, broken]) {
  const migrate = ({ number }) => {
    if (number === broken) throw Error('no such thing');
    return { item: number };
  };
  start(url, { version: 2, migrate });
}

async function storeOldOnes(tab) {
  await tab.evaluate(async (nowhere) => {
    start(nowhere);
    await Promise.all([1, 2, 3, 4, 5].map((number) => outbox.deliver({ number }).stored));
    outbox.close();
  }, NOWHERE);
}

inTabs(
  'a stored message that can’t be converted is set aside and told, the others go on, and a later page sends it',
  async (world) => {
    const { wire, open } = world;
    const tab = await open('');
    await storeOldOnes(tab);
    await tab.evaluate(startConverting, [wire.url, 3]);
    await doneIs(wire, [1, 2, 4, 5]);
    await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0));
    const reported = await tab.evaluate(() => reported);
    assert.equal(reported.length, 1);
    assert.match(
      reported[0],
      /migrate\(\) has thrown for message 3 of the box [^/]+\/\w+, which version 1 has stored: no such thing/,
    );
    // Numbers go on behind it.
    await store(tab, [6]);
    await doneIs(wire, [1, 2, 4, 5, 6]);
    await tab.evaluate(() => outbox.close());
    await tab.evaluate(startConverting, [wire.url, 0]);
    await doneIs(wire, [1, 2, 4, 5, 6, 3]);
  },
);

inTabs('a box of which nothing can be converted waits as it is, in its order', async ({ wire, open }) => {
  const tab = await open('');
  await storeOldOnes(tab);
  await tab.evaluate((url) => {
    const migrate = () => {
      throw Error('a later version');
    };
    start(url, { version: 2, migrate });
  }, wire.url);
  await store(tab, [9]);
  await doneIs(wire, [9]);
  await tab.evaluate(() => outbox.close());
  await tab.evaluate(startConverting, [wire.url, 0]);
  await doneIs(wire, [9, 1, 2, 3, 4, 5]);
  assert.equal(new Set(wire.done.map(({ box }) => box)).size, 2);
});

/**
 * Runs in a page: the names of a user's boxes on the disk. Tests share the database, and an earlier one may have left something there:
 * its tab may be closed after the server has done a message, and before the page has removed it.
 */
async function boxesOnDisk(user) {
  const result = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await result(indexedDB.open('holdfast-ws-outbox'));
  const ofUser = IDBKeyRange.bound([`${user}/`], [`${user}/\uffff`]);
  const keys = await result(database.transaction('box').objectStore('box').getAllKeys(ofUser));
  database.close();
  return [...new Set(keys.map(([name]) => name))];
}

inTabs('a message that the server has done is not set aside though it can’t be converted', async ({ wire, open, box }) => {
  const tab = await open('');
  await storeOldOnes(tab);
  // It has done three of them, and the page doesn't know.
  const names = await tab.evaluate(boxesOnDisk, box);
  assert.equal(names.length, 1);
  wire.boxes.set(names[0], 3);
  await tab.evaluate(startConverting, [wire.url, 3]);
  await doneIs(wire, [4, 5]);
  // What is set aside has a box on the disk.
  await eventually(async () => assert.deepEqual(await tab.evaluate(boxesOnDisk, box), []));
  assert.deepEqual(await tab.evaluate(() => reported), []);
  await tab.evaluate(() => outbox.close());
  await tab.evaluate(startConverting, [wire.url, 0]);
  await store(tab, [6]);
  await doneIs(wire, [4, 5, 6]);
});
