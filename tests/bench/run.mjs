/**
 * Measures everything, or the topics that are named, and writes what it finds as lines of JSON. `--quick` goes through all of
 * it with so few rounds that only the rows mean anything, not the numbers in them.
 */
import { emit } from './support/lines.mjs';
import { machine } from './support/machine.mjs';
import { startMeter } from './support/meter.mjs';
import { figures } from './topics/figures.mjs';
import { leaks } from './topics/leaks.mjs';
import { messages } from './topics/messages.mjs';
import { opening } from './topics/opening.mjs';
import { profile } from './topics/profile.mjs';
import { queue } from './topics/queue.mjs';
import { requests } from './topics/requests.mjs';
import { sizes } from './topics/sizes.mjs';
import { sockets } from './topics/sockets.mjs';
import { tabs } from './topics/tabs.mjs';

const TOPICS = { sizes, figures, opening, messages, requests, queue, sockets, tabs, profile, leaks };

const FULL = { rounds: 150, warm: 5, pages: 15, blocks: 60, most: 100_000, connections: 10_000 };
const QUICK = { rounds: 1, warm: 0, pages: 1, blocks: 1, most: 1_000, connections: 20 };

const words = process.argv.slice(2);
const amounts = words.includes('--quick') ? QUICK : FULL;
const named = words.filter((word) => !word.startsWith('-'));
const unknown = named.find((name) => !TOPICS[name]);
if (unknown) throw Error(`no topic ${unknown}: there are ${Object.keys(TOPICS).join(', ')}`);

const meter = await startMeter(amounts);
try {
  emit(machine(await meter.version()));
  for (const [name, run] of Object.entries(TOPICS)) {
    if (named.length && !named.includes(name)) continue;
    emit({ kind: 'topic', name });
    await run(meter, amounts);
  }
} finally {
  await meter.stop();
}
