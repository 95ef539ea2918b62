/**
 * The base of every test file: one server and one browser for the process, which may run many files (see `run.mjs`); a page
 * and an endpoint of the server for each test.
 *
 * Nothing waits for ever: each test has a deadline, waits inside pages have their own, and so has what `limits.mjs` watches.
 */
import './limits.mjs';
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ENGINE, openPage, startBrowser } from './browser.mjs';
import { withEvidence } from './evidence.mjs';
import { lack } from './lacks.mjs';
import { startServer } from './server.mjs';

/** Against hangs, not for slow machines. A click by WebDriver is four commands, on a busy machine of a second each. */
const LIMIT_MS = ENGINE === 'chromium' ? 120_000 : 180_000;

let world;
let endpoints = 0;

async function start() {
  const server = await startServer();
  try {
    return { server, browser: await startBrowser() };
  } catch (error) {
    // Left alone it would keep this process from its end.
    await server.stop();
    throw error;
  }
}

after(async () => {
  const { server, browser } = (await world?.catch(() => {})) ?? {};
  await browser?.close();
  await server?.stop();
});

/**
 * A test in a page. `run` gets `page`, `endpoint` (of the server), `server` and `browser`.
 *
 * `uncaught: true` says that the test lets exceptions escape into the page; in every other test that is a failure.
 * `needs` names what not every browser can do for a test (see `lacks.mjs`).
 */
export function inPage(name, run, { timeout = LIMIT_MS, path, uncaught = false, needs } = {}) {
  if (ENGINE === 'world') return;
  // The start of the browser takes its time, too, and so does the evidence of a failed test.
  test(name, { timeout: timeout + 300_000, skip: lack(needs) }, async (context) => {
    world ??= start();
    const { server, browser } = await world;
    endpoints += 1;
    const endpoint = server.endpoint(`endpoint ${endpoints}`);
    const page = await openPage(browser, server.origin, path);
    context.after(async () => {
      await page.end();
      await endpoint.forget();
    });
    try {
      await within(timeout, run({ page, endpoint, server, browser }));
      // An exception thrown last arrives before the answer.
      await page.evaluate(() => {});
      if (!uncaught) assert.deepEqual(page.uncaught, [], 'exceptions nobody caught');
    } catch (error) {
      throw await withEvidence(error, { page, endpoint });
    }
  });
}

/**
 * A test of a rule that is the engine's, and so the same in every browser: it runs in a world of `holdfast-ws/testing`, where waiting
 * takes no time. `run` gets `page` and `endpoint`, as in a browser. See `world/page.mjs`.
 */
export function inWorld(name, run, { uncaught = false } = {}) {
  if (ENGINE !== 'world') return;
  test(name, { timeout: LIMIT_MS }, async (context) => {
    const { WorldPage } = await import('./world/page.mjs');
    const page = new WorldPage();
    endpoints += 1;
    const endpoint = page.endpoint(`endpoint ${endpoints}`);
    context.after(() => page.end());
    try {
      await run({ page, endpoint });
      await page.evaluate(() => {});
      if (!uncaught) assert.deepEqual(page.uncaught, [], 'exceptions nobody caught');
    } catch (error) {
      throw await withEvidence(error, { page, endpoint });
    }
  });
}

/** Gives up what isn't done in so many milliseconds. */
export async function within(ms, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(Error(`the test was not done in ${ms} ms`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Tests that mostly wait can wait together: each has its own page and endpoint. By WebDriver they would wait for each other: it has
 * one current window, and in Firefox all pages share that only one connection to a host is under way at a time
 * (https://www.rfc-editor.org/rfc/rfc6455#section-4.1). There, files run side by side instead.
 */
export const sideBySide = (name, tests, concurrency = 3) =>
  describe(name, { concurrency: ENGINE === 'chromium' ? concurrency : 1 }, tests);

/** The two ways to use the class: as it comes, and as the browser's own. `inMode(page, mode)` leaves it in `page`'s `Socket`. */
export const MODES = ['reconnecting', 'as the browser’s own'];

export const inMode = (page, mode) =>
  page.evaluate((plain) => {
    globalThis.Socket = plain ? Holdfast.WebSocket.with({ reconnect: false }) : Holdfast.WebSocket;
  }, mode === MODES[1]);
