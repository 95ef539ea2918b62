/**
 * What every test file stands on: one server and one browser for the file, a page and a line for each test.
 *
 * Nothing waits for ever: each test has a deadline, waits inside pages have their own, and a watchdog ends the process.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { openPage, startBrowser } from './browser.mjs';
import { startServer } from './server.mjs';

const WATCHDOG_MS = 9 * 60_000;

setTimeout(() => {
  console.error('the tests of this file did not end; giving up');
  process.exit(1);
}, WATCHDOG_MS).unref();

let world;
let lines = 0;

async function start(options) {
  const [server, browser] = await Promise.all([startServer(), startBrowser(options)]);
  return { server, browser };
}

after(
  async () => {
    const { server, browser } = await (world ?? {});
    await browser?.close();
    await server?.stop();
  },
  { timeout: 20_000 },
);

/**
 * Says how this file's browser is started. Without a call it is as usual.
 */
export function useBrowser(options) {
  world ??= start(options);
}

/**
 * A test in a page. `run` gets `page`, `line` (of the server's), `server` and `browser`.
 *
 * `uncaught: true` says that the test lets exceptions escape into the page; in every other test that is a failure.
 */
export function inPage(name, run, { timeout = 30_000, path, uncaught = false } = {}) {
  test(name, { timeout }, async (context) => {
    world ??= start();
    const { server, browser } = await world;
    lines += 1;
    const line = server.line(`line ${lines}`);
    const page = await openPage(browser, server.origin, path);
    context.after(async () => {
      await page.context().close();
      await line.forget();
    });
    try {
      await run({ page, line, server, browser });
    } catch (error) {
      // A test in vain often waits for what an exception has prevented.
      if (page.uncaught.length && error instanceof Error)
        error.message += `\nuncaught in the page: ${page.uncaught.join('; ')}`;
      throw error;
    }
    if (!uncaught) assert.deepEqual(page.uncaught, [], 'exceptions nobody caught');
  });
}

/** Tests that mostly wait can wait together: each has its own page and line. */
export const sideBySide = (name, tests, concurrency = 3) => describe(name, { concurrency }, tests);

/** The two ways to use the class: as it comes, and as the browser's own. `inMode(page, mode)` leaves it in `page`'s `Socket`. */
export const MODES = ['reconnecting', 'as the browser’s own'];

export const inMode = (page, mode) =>
  page.evaluate((plain) => {
    globalThis.Socket = plain ? Holdfast.WebSocket.with({ reconnect: false }) : Holdfast.WebSocket;
  }, mode === MODES[1]);
