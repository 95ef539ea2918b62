/** Judges of what a channel has dispatched. */
import assert from 'node:assert/strict';
import { until } from '../../package/support/server.mjs';
import { LIMIT_MS } from './bus.mjs';

/** Waits until all that was published has come, and asserts that each came once and in order. */
export async function allOnce(record, publish) {
  await record.until('message', publish.count);
  assert.deepEqual(record.texts, publish.all());
}

/** Waits for the last that was published, and asserts that none came twice or out of order. */
async function inOrder(record, publish) {
  const all = publish.all();
  await until(
    () => record.texts.at(-1) === all.at(-1),
    LIMIT_MS,
    () => `the last one of ${all.length}; there were ${record.texts}`,
  );
  const places = record.texts.map((text) => all.indexOf(text));
  assert.deepEqual(
    places,
    [...new Set(places)].sort((one, other) => one - other),
  );
}

/** After a connection was dropped: everything, where the broker loses nothing. */
export const allKept = ({ can }, record, publish) => (can.mayLose ? inOrder : allOnce)(record, publish);
