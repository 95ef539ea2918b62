/**
 * Rounds: each measures every contender once, in an order that moves on by one, so that whatever befalls the machine befalls
 * them alike, and ratios are taken within a round. What asking for the measurement costs is measured as well, and taken off.
 */
import { measured } from './lines.mjs';

/**
 * `work(name)` is one measurement of `per` things. Emits the microseconds for each thing, round by round.
 * `before` and `after` are around it, unmeasured.
 */
export async function rounds(page, { topic, row, names, count, per = 1, work, before, after, warm = page.meter.warm }) {
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  const overheads = [];
  for (let round = -warm; round < count; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round + warm) % names.length];
      await before?.(name);
      const took = await page.time(() => work(name));
      await after?.(name);
      if (round >= 0) samples[name].push(took);
    }
    overheads.push(await page.time(() => page.run(names[0], 'nothing')));
  }
  const overhead = overheads.sort((a, b) => a - b)[overheads.length >> 1];
  for (const name of names) samples[name] = samples[name].map((took) => Math.max(0, took - overhead) / per);
  measured(topic, row, 'µs', samples);
}
