/** What a message costs that waits for a connection, and whether that depends on how many wait. */
import { QUEUES } from '../support/contenders.mjs';
import { rounds } from '../support/rounds.mjs';

const QUEUED = [10, 1_000, 100_000];

export async function queue(meter, { rounds: count, most }) {
  const sizes = QUEUED.filter((wanted) => wanted <= most);
  const page = await meter.page(QUEUES);
  let queued = 0;
  for (const wanted of sizes) {
    for (const name of QUEUES) await page.run(name, 'queue', page.silence, wanted - queued);
    queued = wanted;
    // A few each time, so that the number stays what it is said to be.
    const few = Math.max(1, Math.min(100, wanted / 10));
    await rounds(page, {
      topic: 'flat',
      row: `a message queued behind ${wanted.toLocaleString('en')}`,
      names: QUEUES,
      count: Math.ceil(count / 3),
      per: few,
      work: (name) => page.run(name, 'queue', '', few),
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
      warm: 1,
      per: wanted,
      before: (name) => other.run(name, 'queue', other.url(`/later?every=${wanted}`), wanted),
      work: (name) => other.run(name, 'flush'),
      after: (name) => other.run(name, 'close'),
    });
  }
  await other.close();
}
