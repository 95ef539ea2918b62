/**
 * Hundreds of faults in less than a minute: they are injected into four sockets by a schedule made from a seed, while numbered
 * messages and requests go both ways. Then it is judged whether anything was lost unreported, doubled, or held for good.
 *
 * The schedule is always the same, so that a failure comes again; in a full run it is another each time. `HOLDFAST_CHAOS_SEED` chooses
 * one, `HOLDFAST_CHAOS_SECONDS` sets for how long, `HOLDFAST_CHAOS_LOG` names a file to keep the evidence in.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { judge } from './chaos/judge.mjs';
import { faultsIn, ROUND_MS, schedule } from './chaos/schedule.mjs';
import { World } from './chaos/world.mjs';
import { lack } from './support/lacks.mjs';

const { HOLDFAST_CHAOS_SEED: chosen = 1 } = process.env;
const seed = chosen === 'random' ? Date.now() % 2 ** 32 : Number(chosen);
const rounds = Math.max(4, Math.ceil((Number(process.env.HOLDFAST_CHAOS_SECONDS ?? 20) * 1_000) / ROUND_MS));
const MIB = 1 << 20;
const LIMIT_MS = rounds * 200_000;

setTimeout(() => {
  console.error(`HOLDFAST_CHAOS_SEED=${seed}: the run did not end; giving up`);
  process.exit(1);
}, LIMIT_MS + 30_000).unref();

console.log(`chaos: HOLDFAST_CHAOS_SEED=${seed}, ${rounds} rounds of ${ROUND_MS / 1_000} s`);

/** Compares the halves by the least in each, past what happens to be cached; without the first round, in which all is made. */
function grown(weights, what) {
  const numbers = weights.slice(1).map((weight) => weight[what]);
  const half = Math.floor(numbers.length / 2);
  return Math.min(...numbers.slice(half)) - Math.min(...numbers.slice(0, half));
}

test(`chaos, seed ${seed}`, { timeout: LIMIT_MS, skip: lack('faults of the page') }, async (context) => {
  const plan = schedule(seed, rounds);
  assert.ok(faultsIn(plan) >= rounds * 100, 'enough faults');
  const world = await World.start(seed);
  context.after(() => world.stop());
  const weights = [];
  const evidence = async () => {
    const all = await world.evidence();
    if (process.env.HOLDFAST_CHAOS_LOG) writeFileSync(process.env.HOLDFAST_CHAOS_LOG, JSON.stringify({ seed, plan, all }));
    return all;
  };
  try {
    for (const entries of plan) {
      await world.round(entries);
      weights.push(await world.calm());
    }
    assert.deepEqual(await world.end(), { timers: 0 }, 'what is left after close()');
  } catch (error) {
    await evidence().catch(() => {});
    error.message += `\nHOLDFAST_CHAOS_SEED=${seed}`;
    throw error;
  }
  const verdicts = (await evidence()).map(({ name, log, server }) => ({ name, ...judge(log, server) }));
  for (const { name, figures } of verdicts) context.diagnostic(`${name}: ${JSON.stringify(figures)}`);
  context.diagnostic(`${faultsIn(plan)} faults; ${JSON.stringify(weights)}`);
  const faults = verdicts.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`));
  faults.push(...world.uncaught.map((error) => `uncaught: ${error}`));
  assert.deepEqual(faults.slice(0, 40), [], `HOLDFAST_CHAOS_SEED=${seed}: ${faults.length} faults`);
  // A run in which nothing came through would prove nothing. A busy machine gets through less of it.
  for (const { name, figures } of verdicts)
    assert.ok(
      figures.opens >= rounds && figures.delivered >= 5 * rounds && figures.received >= figures.handed / 10,
      `HOLDFAST_CHAOS_SEED=${seed}: too little of ${name} came through, ${JSON.stringify(figures)}`,
    );
  for (const [what, most] of [
    // Heap snapshots of a run's rounds differ by the browser's own alone: compiled code, console messages, entries of slow frames.
    // A busy machine's run lasts longer and hears more, and so there are more of those: 24 bytes for each message once, at a load of 20.
    ['heap', MIB + 64 * verdicts.reduce((sum, { figures }) => sum + figures.delivered, 0)],
    ['listeners', 60],
    ['wasm', MIB / 8],
  ])
    assert.ok(grown(weights, what) <= most, `HOLDFAST_CHAOS_SEED=${seed}: ${what} grew, ${JSON.stringify(weights)}`);
});
