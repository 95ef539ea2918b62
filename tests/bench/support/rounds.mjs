/**
 * Rounds: each measures every contender once, so that whatever befalls the machine befalls them alike, and ratios are taken within a
 * round. Their order is random: in a fixed one each would always follow the same other, whose garbage and caches it finds. What asking for the measurement costs is measured as well, and taken off.
 */
import { measured } from './lines.mjs';

function shuffled(names) {
  const order = [...names];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

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
    for (const name of shuffled(names)) {
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
