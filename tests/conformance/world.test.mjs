/**
 * The fake of the browser's class in `holdfast-ws/testing`, beside the browser's own: the same cases, and in each engine the habits of
 * that engine. `world-differences.mjs` lists where it differs; each of those must.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { inspect } from 'node:util';
import { everywhere } from './cases/index.mjs';
import { ENGINE, LIMIT_MS, openPage } from './host/browser.mjs';
import { startStage, takeNatives } from './host/stage.mjs';
import { withoutChance } from './quirks.mjs';
import { differencesIn, withoutTrust } from './world-differences.mjs';

const { HOLDFAST_CASE: ONLY = '' } = process.env;

const names = Object.keys(everywhere).filter((name) => name.includes(ONLY));
const differences = differencesIn(ENGINE);
const whyOf = (name) => differences.find(({ cases }) => cases.test(name));

let recorded;

/** `known` are the cases that the browser's own class has run already. All endpoints have names of one length, as those had. */
async function run({ names, known, engine }) {
  const { everywhere } = await import('/conformance/cases/index.mjs');
  const { runCases } = await import('/conformance/page/realm.mjs');
  const { WorldTrial } = await import('/conformance/page/world-trial.mjs');
  const fake = { makeTrial: (endpoint) => new WorldTrial(endpoint, engine) };
  const cases = (names) => Object.fromEntries(names.map((name) => [name, everywhere[name]]));
  const both = { native: globalThis.WebSocket, fake };
  return {
    ...(await runCases(cases(names.filter((name) => !known.includes(name))), both, 'page')),
    ...(await runCases(cases(names.filter((name) => known.includes(name))), { fake }, 'page')),
  };
}

before(
  async () => {
    const { server, browser } = await startStage();
    const natives = await takeNatives();
    const page = await openPage(browser, server.address);
    recorded = await page.evaluate(run, { names, known: Object.keys(natives), engine: ENGINE });
    for (const [name, result] of Object.entries(recorded)) result.native ??= natives[name];
  },
  { timeout: LIMIT_MS },
);

const steady = ({ outcome, record }) => ({
  outcome,
  record: withoutTrust(ENGINE === 'chromium' ? record : withoutChance(record)),
});

const isSame = ({ native, fake }) => inspect(steady(native), { depth: 9 }) === inspect(steady(fake), { depth: 9 });

for (const name of names) {
  const why = whyOf(name);
  if (why) continue;
  test(`${name}: the fake is the browser’s`, () => {
    const { native, fake } = recorded[name];
    assert.deepEqual(steady(fake), steady(native));
  });
}

for (const { cases, why, chance } of differences) {
  if (chance || ONLY) continue;
  test(`there is still a difference: ${why}`, () => {
    const results = Object.entries(recorded).filter(([name]) => cases.test(name));
    assert.ok(results.some(([, result]) => !isSame(result)));
  });
}
