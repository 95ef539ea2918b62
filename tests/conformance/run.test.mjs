/**
 * The conformance suite. Every case runs with the browser's WebSocket and with ours, in one page, and what the two did is
 * compared; no expected value is written down anywhere.
 *
 * - `WebSocket.with({ reconnect: false })` must do what the browser's class does, in every case and in every kind of realm.
 * - The class as it comes must too, but for the cases in `known-differences.mjs`, which must differ.
 *
 * In Firefox and WebKit (`HOLDFAST_BROWSER`) the cases run in a page, without those in `quirks.mjs`.
 *
 * `npm run stability` puts the browser's class in the place of ours: a case that then fails differs from itself.
 */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import { everywhere, inPages } from './cases/index.mjs';
import { ENGINE, LIMIT_MS, openPage } from './host/browser.mjs';
import { REALMS } from './host/realms.mjs';
import { promiseNatives, startStage } from './host/stage.mjs';
import { KNOWN_DIFFERENCES } from './known-differences.mjs';
import { LEFT_OUT, QUIRKS, withoutChance } from './quirks.mjs';

const NATIVE_AGAIN = process.env.HOLDFAST_AGAINST === 'native';
/** For work on one case: a part of its name, and of the realm's. */
const { HOLDFAST_CASE: ONLY = '', HOLDFAST_REALM: ONLY_IN = '' } = process.env;

const IN_CHROMIUM = ENGINE === 'chromium';
const realms = Object.entries(REALMS).filter(([realm]) => realm.startsWith(ONLY_IN) && (IN_CHROMIUM || realm === 'page'));
const quirks = QUIRKS[ENGINE] ?? [];

const namesIn = (realm, names) =>
  Object.keys({ ...everywhere, ...(realm === 'page' && inPages) }).filter(
    (name) => name.includes(ONLY) && names.test(name) && !LEFT_OUT[ENGINE]?.test(name),
  );

/** By realm, name of the case and class. The realms run at the same time. */
const recorded = {};

async function record() {
  const { server, browser } = await startStage();
  const runIn = async ([realm, { run, names, source }]) => {
    const page = await openPage(browser, server.address);
    const order = { names: namesIn(realm, names), native: NATIVE_AGAIN, where: realm, source };
    recorded[realm] = await page.evaluate(run, order).catch((error) => error);
    await page.close();
  };
  await Promise.all(realms.map(runIn));
}

const nativesOf = (results = {}) => Object.fromEntries(Object.entries(results).map(([name, { native }]) => [name, native]));

const recording = record();
promiseNatives(
  recording.then(
    () => nativesOf(recorded.page),
    () => ({}),
  ),
);

before(() => recording, { timeout: LIMIT_MS });

function compare(name, realm, variant) {
  if (recorded[realm] instanceof Error) throw recorded[realm];
  const { native, [variant]: ours, server } = recorded[realm][name];
  try {
    judge(name, native, ours, variant);
  } catch (error) {
    const page = { native: native.record.slice(-20), ours: ours.record.slice(-20) };
    const sides = { page, server: server && { native: server.native, ours: server[variant] } };
    error.message += `\n\nin the realm ${realm}, the last events: ${inspect(sides, { depth: 6, breakLength: 130 })}`;
    throw error;
  }
}

function judge(name, native, ours, variant) {
  assert.equal(native.outcome, 'finished', 'with the browser’s class');
  assert.notEqual(ours.outcome, 'deadline', 'with ours');
  const differences = NATIVE_AGAIN ? {} : KNOWN_DIFFERENCES;
  const steady = (result) => (IN_CHROMIUM ? result : { ...result, record: withoutChance(result.record) });
  if (variant === 'plain' || !(name in differences)) assert.deepEqual(steady(ours), steady(native));
  // Of these differences some are Chromium's side.
  else if (IN_CHROMIUM) assert.notDeepEqual(ours, native, `there is no difference any more: ${differences[name]}`);
}

for (const [realm, { names }] of realms) {
  describe(realm, () => {
    for (const name of namesIn(realm, names)) {
      const isQuirk = (variant) => quirks.some(({ cases, only }) => cases.test(name) && variant === (only ?? variant));
      if (!isQuirk('plain')) test(`${name}: reconnect: false is the browser’s`, () => compare(name, realm, 'plain'));
      const how = name in KNOWN_DIFFERENCES ? 'differs on purpose' : 'is the browser’s';
      if (!isQuirk('default')) test(`${name}: the default class ${how}`, () => compare(name, realm, 'default'));
    }
  });
}

for (const { cases, why, only = 'plain', chance } of quirks) {
  if (chance || ONLY) continue;
  test(`there is still a difference: ${why}`, () => {
    const results = Object.entries(recorded.page).filter(([name]) => cases.test(name));
    const differs = ([, { native, [only]: ours }]) => native.outcome === 'deadline' || !isDeepStrictEqual(ours, native);
    assert.ok(results.some(differs));
  });
}

test('every known difference is of a case there is', () => {
  const all = { ...everywhere, ...inPages };
  assert.deepEqual(
    Object.keys(KNOWN_DIFFERENCES).filter((name) => !(name in all)),
    [],
  );
});
