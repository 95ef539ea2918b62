/** Judges of what a channel has dispatched. */
import assert from 'node:assert/strict';
import { until } from '../../package/support/server.mjs';
import { LIMIT_MS } from './bus.mjs';

/** Waits until all that was published has come, and asserts that each came once and in order. */
export async function allOnce(record, publish) {
  await record.until('message', publish.count);
  assert.deepEqual(record.texts, publish.all());
}

/**
 * Waits for the last that was published, and asserts that none came twice or out of order. nchan with Redis rarely delivers nothing more on a
 * connection that it keeps alive: the next one has the rest.
 */
async function inOrder({ broker }, record, publish) {
  const all = publish.all();
  const still = setTimeout(() => broker.relay.drop(), 15_000);
  await until(
    () => record.texts.at(-1) === all.at(-1),
    LIMIT_MS,
    () => `the last one of ${all.length}; there were ${record.texts}`,
  ).finally(() => clearTimeout(still));
  const places = record.texts.map((text) => all.indexOf(text));
  assert.deepEqual(
    places,
    [...new Set(places)].sort((one, other) => one - other),
  );
}

/** After a connection was dropped: everything, where the broker loses nothing. */
export const allKept = (world, record, publish) =>
  world.can.mayLose ? inOrder(world, record, publish) : allOnce(record, publish);
