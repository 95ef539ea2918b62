/** Headless Chromium by Playwright, and what the tests need of a page that Playwright's has under another name. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { FLAGS, HEADLESS } from './flags.mjs';

const probe = resolve(dirname(fileURLToPath(import.meta.url)), 'probe.js');

export async function startChromium({ env, executablePath = HEADLESS } = {}) {
  const browser = await chromium.launch({
    executablePath,
    args: FLAGS,
    env,
    timeout: 180_000,
  });
  /** Pages that tests are done with. A new one, with its process, takes six times the CPU time of a navigation. */
  const spare = [];
  return {
    /** A page in a context of its own, so that its network can be taken from it alone. */
    async newPage() {
      const used = spare.pop();
      if (used) return clear(used);
      const context = await browser.newContext();
      await context.addInitScript({ path: probe });
      return extend(await context.newPage(), spare);
    },
    /** For a test that prepares its page itself. */
    newContext: () => browser.newContext(),
    close: () => browser.close(),
  };
}

/** Messages that the browser itself logs for each failed connection and each refused request. */
const EXPECTED = /WebSocket connection to|Failed to load resource/;

/** Methods whose effects outlast a navigation: a page on which one was called is not used for another test. */
const LASTING = ['on', 'route', 'addInitScript', 'exposeFunction', 'exposeBinding', 'emulateMedia'];

/** Removes what a test has left in a page's lists. */
const clear = (page) => Object.assign(page, { uncaught: [], complaints: [], connections: [] });

function extend(page, spare) {
  const context = page.context();
  let reusable = true;
  // Against hangs only: after a stall of the machine a page still needs its time.
  page.setDefaultTimeout(90_000);
  clear(page);
  page.on('pageerror', (error) => page.uncaught.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) page.complaints.push(message.text());
  });
  keepJournal(page);
  page.on('requestfailed', (request) => page.complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  const methods = {
    /** Another page that could talk to this one. */
    sibling: async () => extend(await context.newPage()),
    setOffline: (offline) => context.setOffline(offline),
    /** A session of the DevTools protocol. */
    devtools: () => context.newCDPSession(page),
  };
  for (const name of LASTING) methods[name] = page[name].bind(page);
  for (const [name, method] of Object.entries(methods)) {
    page[name] = (...args) => {
      reusable = false;
      return method(...args);
    };
  }
  return Object.assign(page, {
    async collectGarbage() {
      const devtools = await context.newCDPSession(page);
      await devtools.send('HeapProfiler.collectGarbage');
      await devtools.detach();
    },
    async end() {
      const isAlone = context.pages().length === 1;
      const left = spare && reusable && isAlone && (await page.goto('about:blank', { timeout: 10_000 }).catch(() => {}));
      // The answer of a page without a server is null.
      if (left === null) spare.push(page);
      else await context.close();
    },
  });
}

/** The last events of a page's native connections, as the browser's network saw them: for messages of failed tests. */
function keepJournal(page) {
  let made = 0;
  const begun = performance.now();
  page.on('websocket', (socket) => {
    made += 1;
    const name = `connection ${made}`;
    const entries = page.connections;
    const note = (what, { payload } = {}) => {
      const data = typeof payload === 'string' ? JSON.stringify(payload.slice(0, 60)) : payload && `${payload.length} bytes`;
      entries.push([`${Math.round(performance.now() - begun)} ms`, name, what, data].filter(Boolean).join(' '));
      if (entries.length > 20) entries.shift();
    };
    note(`to ${socket.url()}`);
    socket.on('framesent', (frame) => note('sent', frame));
    socket.on('framereceived', (frame) => note('received', frame));
    socket.on('socketerror', (error) => note(`failed: ${error}`));
    socket.on('close', () => note('ended'));
  });
}
