/** The cost of a message that waits for a connection, by how many wait. */
import { QUEUES } from '../support/contenders.mjs';
import { rounds } from '../support/rounds.mjs';

const QUEUED = [10, 1_000, 100_000];

/** Messages in a block. */
const BLOCK = 500;

export async function queue(meter, { rounds: count, most }) {
  const sizes = QUEUED.filter((wanted) => wanted <= most);
  const page = await meter.page(QUEUES, { apart: true });
  for (const wanted of sizes) {
    const fill = async (name) => {
      await page.run(name, 'close');
      await page.run(name, 'queue', page.silence, wanted);
    };
    // The longest is filled once: a block more or less is nothing to it.
    const once = wanted > 100 * BLOCK;
    if (once) for (const name of QUEUES) await fill(name);
    await rounds(page, {
      topic: 'flat',
      row: `a message queued behind ${wanted.toLocaleString('en')}`,
      names: QUEUES,
      count: Math.ceil(count / 3),
      per: BLOCK,
      before: once ? undefined : fill,
      work: (name) => page.run(name, 'queue', page.silence, BLOCK),
    });
  }
  await page.close();

  const other = await meter.page(QUEUES);
  for (const wanted of sizes.slice(1)) {
    await rounds(other, {
      topic: 'flat',
      row: `of ${wanted.toLocaleString('en')} queued, each sent on opening`,
      names: QUEUES,
      count: Math.ceil(count / (wanted > 1_000 ? 20 : 6)),
      warm: Math.min(1, meter.warm),
      per: wanted,
      before: (name) => other.run(name, 'queue', other.url(`/later?every=${wanted}`), wanted),
      work: (name) => other.run(name, 'flush'),
      after: (name) => other.run(name, 'close'),
    });
  }
  await other.close();
}
