/** The cost of many messages: transactions, records, and how many are done in a second. */
import assert from 'node:assert/strict';
import { inTabs } from './support/tabs.mjs';

/** Runs in a page: counts what is asked of the storage. */
function countOperations() {
  globalThis.operations = { transaction: 0, put: 0, delete: 0 };
  for (const [prototype, names] of [
    [IDBDatabase.prototype, ['transaction']],
    [IDBObjectStore.prototype, ['put', 'delete']],
  ])
    for (const name of names) {
      const native = prototype[name];
      prototype[name] = function (...given) {
        operations[name] += 1;
        return native.apply(this, given);
      };
    }
}

inTabs('ten thousand of one task are few records, and what waits costs nothing', async ({ wire, open }) => {
  const tab = await open();
  await tab.evaluate(countOperations);
  const run = (count) =>
    tab.evaluate(async (count) => {
      Object.assign(operations, { transaction: 0, put: 0, delete: 0 });
      const begun = performance.now();
      const all = Array.from({ length: count }, (_, item) => outbox.deliver({ item }));
      const stored = Promise.all(all.map((each) => each.stored)).then(() => ({ ...operations, ms: performance.now() - begun }));
      await Promise.all(all);
      return { count, ms: performance.now() - begun, stored: await stored, ...operations };
    }, count);
  await run(100);
  const [ten, many] = [await run(10), await run(10_000)];
  assert.equal(wire.items.length, 10_110);
  for (const { count, stored, transaction, put } of [ten, many]) {
    // A record has at most 256 messages; another one is what the box knows besides them.
    assert.ok(stored.put <= Math.ceil(count / 256) + 1, `${count} are stored by ${stored.put} put()`);
    assert.equal(stored.transaction, 1, `${count} are stored in one transaction`);
    // Records are removed when all of their messages are done.
    assert.ok(transaction <= count / 100 + 4, `${count} took ${transaction} transactions`);
    assert.ok(put <= count / 50 + 4, `${count} took ${put} put()`);
  }
  for (const { count, ms, stored } of [ten, many])
    console.log(`# ${count}: ${Math.round((count / ms) * 1_000)} a second, stored in ${Math.round(stored.ms)} ms`);
});
