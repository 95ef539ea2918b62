/**
 * The cost of a message to eight tabs with one connection, for the tab that leads and for those that follow, beside a tab with a
 * connection of its own. Each tab has a process of its own, so each has a main thread of its own.
 */
import { measured } from '../support/lines.mjs';
import { median } from '../support/rounds.mjs';

const TABS = 8;

/** [row, how the server writes, kind, bytes, messages in a block] */
const ROWS = [
  ['32 B text, one at a time', 'paced', 'text', 32, 100],
  ['4 KiB binary, one at a time', 'paced', 'binary', 4096, 100],
  ['32 B text, at once', 'burst', 'text', 32, 200],
];

const DRIVE = '/tabs-drive.mjs';

async function openPage(meter) {
  const page = await meter.page([]);
  await page.evaluate(`import('${DRIVE}').then((module) => { drive.tab = module; })`);
  return page;
}

async function openTab(meter, entry, url, options) {
  const page = await openPage(meter);
  await page.run('tab', 'open', entry, url, options);
  return page;
}

/** Returns microseconds of each page's main thread for each message. */
async function receive(pages, speaker, [, how, kind, size, block]) {
  for (const page of pages) await page.run('tab', 'begin', block);
  for (const page of pages) await page.evaluate(`gc({ type: 'minor' })`);
  const before = await Promise.all(pages.map((page) => page.metrics()));
  await speaker.run('tab', 'send', `${block} ${kind} ${size} ${how}`);
  await Promise.all(pages.map((page) => page.run('tab', 'counted')));
  const after = await Promise.all(pages.map((page) => page.metrics()));
  return after.map(({ ThreadTime }, index) => ((ThreadTime - before[index].ThreadTime) * 1e6) / block);
}

export async function tabs(meter, { rounds, warm = 3 }) {
  const options = { tabs: { key: 'bench' } };
  const group = [];
  for (let made = 0; made < TABS; made += 1) group.push(await openTab(meter, '/tabs.mjs', meter.url('/burst'), options));
  const alone = await openTab(meter, '/alone.mjs', meter.url('/burst'), {});
  const relay = await openTab(meter, '/alone.mjs', meter.url('/burst'), {});
  await relay.run('tab', 'relay');
  const bare = await openPage(meter);
  await bare.run('tab', 'listen');
  const [leader, ...followers] = group;
  if ((await leader.run('tab', 'role')) !== 'leader') throw Error('the first tab does not lead');
  for (const row of ROWS) {
    const samples = {
      'a tab alone': [],
      'the leader of eight tabs': [],
      'a follower': [],
      'a page with an empty listener to a BroadcastChannel': [],
    };
    for (let round = -warm; round < rounds / 5; round += 1) {
      const [own] = await receive([alone], alone, row);
      const [led, ...followed] = await receive(group, leader, row);
      const [, bareOne] = await receive([relay, bare], relay, row);
      if (round < 0) continue;
      samples['a tab alone'].push(own);
      samples['the leader of eight tabs'].push(led);
      samples['a follower'].push(median(followed));
      samples['a page with an empty listener to a BroadcastChannel'].push(bareOne);
    }
    measured('tabs', row[0], 'µs', samples);
  }
  // The server is idle when the last has closed: they share a connection.
  const pages = [...followers, leader, alone, relay];
  for (const page of pages) await page.run('tab', 'close');
  for (const page of [...pages, bare]) await page.close();
}
