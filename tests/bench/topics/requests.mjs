/** The cost of a request and its reply, by how many wait. */
import { ASKING, MAP, OURS } from '../support/contenders.mjs';
import { rounds } from '../support/rounds.mjs';

const PENDING = [10, 1_000, 100_000];

export async function requests(meter, { rounds: count, most }) {
  const page = await meter.page(ASKING);
  for (const name of ASKING) await page.run(name, 'openToAsk', page.url('/reply'));
  for (const [row, what, per] of [
    ['100 at once', 'request', 100],
    ['one after the other', 'requestInTurn', 20],
  ])
    await rounds(page, {
      topic: 'requests',
      row,
      names: ASKING,
      count,
      per,
      work: (name) => page.run(name, what, per),
    });

  const names = [MAP, OURS];
  let pending = 0;
  for (const wanted of PENDING.filter((wanted) => wanted <= most)) {
    for (const name of names) await page.run(name, 'pend', wanted - pending);
    // The server has seen them all when it has answered one more.
    for (const name of names) await page.run(name, 'request', 1);
    pending = wanted;
    await rounds(page, {
      topic: 'flat',
      row: `a request and its reply, ${wanted.toLocaleString('en')} pending`,
      names,
      count: Math.ceil(count / 3),
      per: 100,
      work: (name) => page.run(name, 'request', 100),
    });
  }
  await page.close();
}
