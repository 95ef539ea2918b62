/** Headless Chromium by Playwright, and what the tests need of a page that Playwright's has under another name. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { CHROMIUM, FLAGS } from './flags.mjs';

const probe = resolve(dirname(fileURLToPath(import.meta.url)), 'probe.js');

export async function startChromium({ env } = {}) {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: FLAGS,
    env,
    timeout: 60_000,
  });
  return {
    /** A page in a context of its own, so that its network can be taken from it alone. */
    async newPage() {
      const context = await browser.newContext();
      await context.addInitScript({ path: probe });
      return extend(await context.newPage());
    },
    /** For a test that prepares its page itself. */
    newContext: () => browser.newContext(),
    close: () => browser.close(),
  };
}

/** What the browser itself logs of each failed connection and each refused request. */
const EXPECTED = /WebSocket connection to|Failed to load resource/;

function extend(page) {
  const context = page.context();
  page.setDefaultTimeout(30_000);
  page.uncaught = [];
  page.on('pageerror', (error) => page.uncaught.push(String(error)));
  page.complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) page.complaints.push(message.text());
  });
  page.connections = journal(page);
  page.on('requestfailed', (request) => page.complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  return Object.assign(page, {
    /** Another page that could talk to this one. */
    sibling: async () => extend(await context.newPage()),
    setOffline: (offline) => context.setOffline(offline),
    async collectGarbage() {
      const devtools = await context.newCDPSession(page);
      await devtools.send('HeapProfiler.collectGarbage');
    },
    end: () => context.close(),
  });
}

/** The last events of a page's native connections, as the browser's network saw them: for messages of failed tests. */
function journal(page) {
  const entries = [];
  let made = 0;
  const begun = performance.now();
  page.on('websocket', (socket) => {
    made += 1;
    const name = `connection ${made}`;
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
  return entries;
}
