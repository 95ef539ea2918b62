/**
 * Rounds: each measures every contender once, in an order that moves on by one, so that whatever befalls the machine befalls
 * them alike, and ratios are taken within a round. What asking for the measurement costs is measured as well, and taken off.
 */
import { measured } from './lines.mjs';

/** The value in the middle. */
export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/**
 * `work(name)` is one measurement of `per` things. Returns the microseconds for each thing, by contender and round.
 * `before` and `after` are around it, unmeasured.
 */
export async function samplesOf(page, { names, count, per = 1, work, before, after, warm = page.meter.warm }) {
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
  const overhead = median(overheads);
  for (const name of names) samples[name] = samples[name].map((took) => Math.max(0, took - overhead) / per);
  return samples;
}

/** Measures as `samplesOf`, and emits what it finds as a row of a topic. */
export async function rounds(page, { topic, row, ...what }) {
  measured(topic, row, 'µs', await samplesOf(page, what));
}
