/**
 * The figures to reach: of construction, and of a message, exactly enough to tell one per cent: in fresh pages, each with a process of its own, many
 * short rounds in turns. A page has its own layout of memory and its own luck with the compiler, so the pages are the sample.
 */
import { CLASSES, HEARTBEAT, NATIVE } from '../support/contenders.mjs';
import { emit } from '../support/lines.mjs';
import { median, samplesOf } from '../support/rounds.mjs';
import { constructions } from './opening.mjs';

const NAMES = [...CLASSES, HEARTBEAT];

/** [row, path, what the drive does, messages in a block] */
const ROWS = [
  ['received, 32 B text', '/burst', ['receive', 400, 'text', 32]],
  ['received, 4 KiB binary', '/burst', ['receive', 200, 'binary', 4096]],
  ['sent, 32 B text', '/sink?every=400', ['send', 400, 'text', 32]],
];

export async function figures(meter, amounts) {
  const { pages, blocks } = amounts;
  const found = ROWS.map(([row]) => ({ kind: 'ratios', row, micros: [], ratios: NAMES.map((name) => [name, []]) }));
  for (let fresh = 0; fresh < pages; fresh++) {
    const page = await meter.page(NAMES, { apart: true });
    for (const [index, [, path, [what, messages, ...given]]] of ROWS.entries()) {
      for (const name of NAMES) await page.run(name, 'open', page.url(path), {});
      const samples = await samplesOf(page, {
        names: NAMES,
        count: blocks,
        per: messages,
        work: (name) => page.run(name, what, messages, ...given),
      });
      found[index].micros.push(median(samples[NATIVE]));
      for (const [name, ratios] of found[index].ratios)
        ratios.push(median(samples[name].map((took, round) => took / samples[NATIVE][round])));
    }
    await page.close();
  }
  for (const line of found) emit(line);
  await constructions(meter, amounts);
}
