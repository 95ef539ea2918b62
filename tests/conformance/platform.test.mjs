/** Behaviour of platform objects alone, and where this browser is not the standard’s: the few differences there are must exist. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { platform } from './cases/platform.mjs';
import { openPage, startBrowser, watchdog } from './host/browser.mjs';
import { startServer } from './host/server.mjs';

watchdog(20);

let server;
let browser;
let results;

async function run() {
  const { platform } = await import('/conformance/cases/platform.mjs');
  const { classes, runCases } = await import('/conformance/page/realm.mjs');
  const { WebSocket } = await import('/pkg/dist/index.mjs');
  const cases = Object.entries(platform).map(([name, [, run]]) => [name, run]);
  return runCases(Object.fromEntries(cases), classes(WebSocket), 'platform');
}

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  results = await (await openPage(browser, server.address)).evaluate(run);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const [name, [why]] of Object.entries(platform)) {
  test(`${name}: differs`, () => {
    const { native, plain } = results[name];
    assert.equal(native.outcome, 'finished', 'with the browser’s class');
    assert.equal(plain.outcome, 'finished', 'with ours');
    assert.notDeepEqual(plain.record, native.record, `there is no difference any more: ${why}`);
  });
}
