/** Many sockets in a page, and what each thing weighs there. Chromium opens 255 in all; the next fail at once. */
import { CLASSES, MAP, NATIVE, OURS, QUEUES } from '../support/contenders.mjs';
import { measured } from '../support/lines.mjs';
import { rounds } from '../support/rounds.mjs';

/** Of each contender; together they fit into the browser's 255. */
const EACH = 60;
const REQUEST = 'a pending request';

export async function sockets(meter, { rounds: count, most }) {
  const page = await meter.page(CLASSES);
  for (const name of CLASSES) await page.run(name, 'openMany', page.url('/burst'), EACH);
  await rounds(page, {
    topic: 'received',
    row: `32 B text, on ${EACH} sockets in turn`,
    names: CLASSES,
    count: Math.ceil(count / 2),
    per: 10 * EACH,
    work: (name) => page.run(name, 'receiveMany', 10, 'text', 32),
  });
  await page.close();

  const many = Math.min(most, 200);
  await weigh(meter, 'an open socket', CLASSES, many, (page, name) => page.run(name, 'openMany', page.url('/burst'), many));
  const more = Math.min(most, 10_000);
  await weigh(meter, 'a queued message of 32 B', QUEUES, more, (page, name) => page.run(name, 'queue', page.silence, more));
  await weigh(meter, REQUEST, [MAP, OURS], more, async (page, name) => {
    await page.run(name, 'pend', more);
    await page.run(name, 'request', 1);
  });
}

/**
 * Bytes for each of many, in a page of its own for each contender. What is made once is there before: the first socket, the
 * first message in a queue, the first requests.
 */
async function weigh(meter, row, names, many, make) {
  const samples = {};
  for (const name of names) {
    const page = await meter.page([name]);
    await page.run(name, 'construct', page.silence, 1);
    if (row === REQUEST) {
      await page.run(name, 'openToAsk', page.url('/reply'));
      await page.run(name, 'request', 10);
    } else if (name !== NATIVE) await page.run(name, 'queue', page.silence, 1);
    const before = await page.memory();
    await make(page, name);
    const after = await page.memory();
    samples[name] = [(after.heap + after.buffers - before.heap - before.buffers) / many];
    await page.close();
  }
  measured('memory', row, 'B', samples);
}
