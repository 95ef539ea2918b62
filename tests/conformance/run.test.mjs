/**
 * The conformance suite. Every case runs with the browser's WebSocket and with ours, in one page, and what the two did is
 * compared; no expected value is written down anywhere.
 *
 * - `WebSocket.with({ reconnect: false })` must do what the browser's class does, in every case and in every kind of realm.
 * - The class as it comes must too, but for the cases in `known-differences.mjs`, which must differ.
 *
 * `npm run stability` puts the browser's class in the place of ours: a case that then fails differs from itself.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { everywhere, inPages } from './cases/index.mjs';
import { openPage, startBrowser, watchdog } from './host/browser.mjs';
import { REALMS } from './host/realms.mjs';
import { startServer } from './host/server.mjs';
import { KNOWN_DIFFERENCES } from './known-differences.mjs';

const NATIVE_AGAIN = process.env.HOLDFAST_AGAINST === 'native';
/** For work on one case: a part of its name, and of the realm's. */
const { HOLDFAST_CASE: ONLY = '', HOLDFAST_REALM: ONLY_IN = '' } = process.env;

watchdog(9);

let server;
let browser;

const realms = Object.entries(REALMS).filter(([realm]) => realm.startsWith(ONLY_IN));

const namesIn = (realm, names) =>
  Object.keys({ ...everywhere, ...(realm === 'page' && inPages) }).filter((name) => name.includes(ONLY) && names.test(name));

/** By realm, name of the case and class. The realms run at the same time. */
const recorded = {};

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  const runIn = async ([realm, { run, names, source }]) => {
    const page = await openPage(browser, server.address);
    const order = { names: namesIn(realm, names), native: NATIVE_AGAIN, where: realm, source };
    recorded[realm] = await page.evaluate(run, order).catch((error) => error);
    await page.close();
  };
  await Promise.all(realms.map(runIn));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

function compare(name, results, variant) {
  if (results instanceof Error) throw results;
  const { native, [variant]: ours } = results[name];
  assert.equal(native.outcome, 'finished', 'with the browser’s class');
  assert.notEqual(ours.outcome, 'deadline', 'with ours');
  const differences = NATIVE_AGAIN ? {} : KNOWN_DIFFERENCES;
  if (variant === 'plain' || !(name in differences)) assert.deepEqual(ours, native);
  else assert.notDeepEqual(ours, native, `there is no difference any more: ${differences[name]}`);
}

for (const [realm, { names }] of realms) {
  describe(realm, () => {
    for (const name of namesIn(realm, names)) {
      test(`${name}: reconnect: false is the browser’s`, () => compare(name, recorded[realm], 'plain'));
      const how = name in KNOWN_DIFFERENCES ? 'differs on purpose' : 'is the browser’s';
      test(`${name}: the default class ${how}`, () => compare(name, recorded[realm], 'default'));
    }
  });
}

test('every known difference is of a case there is', () => {
  const all = { ...everywhere, ...inPages };
  assert.deepEqual(Object.keys(KNOWN_DIFFERENCES).filter((name) => !(name in all)), []);
});
