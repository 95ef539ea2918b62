/** Behaviour of platform objects alone, and where this browser is not the standard’s: the few differences there are must exist. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { platform } from './cases/platform.mjs';
import { ENGINE, LIMIT_MS, openPage } from './host/browser.mjs';
import { startStage, takeNatives } from './host/stage.mjs';

let results;

/** Of Chromium, whose differences these are. */
const cases = ENGINE === 'chromium' ? Object.entries(platform) : [];

async function run() {
  const { platform } = await import('/conformance/cases/platform.mjs');
  const { classes, runCases } = await import('/conformance/page/realm.mjs');
  const { WebSocket } = await import('/pkg/dist/index.mjs');
  const cases = Object.entries(platform).map(([name, [, run]]) => [name, run]);
  return runCases(Object.fromEntries(cases), classes(WebSocket), 'platform');
}

before(
  async () => {
    if (!cases.length) return;
    const { server, browser } = await startStage();
    // Chromium delays handshakes when many are under way.
    await takeNatives();
    results = await (await openPage(browser, server.address)).evaluate(run);
  },
  { timeout: LIMIT_MS },
);

for (const [name, [why]] of cases) {
  test(`${name}: differs`, () => {
    const { native, plain } = results[name];
    assert.equal(native.outcome, 'finished', 'with the browser’s class');
    assert.equal(plain.outcome, 'finished', 'with ours');
    assert.notDeepEqual(plain.record, native.record, `there is no difference any more: ${why}`);
  });
}
