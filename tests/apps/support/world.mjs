/** One fault server and one browser for all test files of a process; a page and an endpoint of the server for each test. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';
import { FLAGS, HEADLESS } from '../../package/support/flags.mjs';
import { startServer } from '../../package/support/server.mjs';
import { work } from './build.mjs';

/** Against hangs only: a busy machine takes its time to build and to start a browser. */
const LIMIT_MS = 300_000;

let world;
let endpoints = 0;

async function start() {
  const server = await startServer({ roots: { apps: work } });
  const browser = await chromium.launch({ executablePath: HEADLESS, args: FLAGS, timeout: 180_000 });
  return { server, browser };
}

after(async () => {
  const { server, browser } = await (world ?? {});
  await browser?.close();
  await server?.stop();
});

/** Pages that tests are done with: a new one, with its process, takes more CPU time than many a test. */
const spare = [];

async function leave(page) {
  page.removeAllListeners();
  const hasLeft = await page.goto('about:blank', { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
  if (hasLeft) spare.push(page);
  else await page.context().close();
}

/** A test with an endpoint of the server; `open(url)` opens a page, whose complaints fail the test (the console's, if it is to be `quiet`). */
export function withEndpoint(name, run, { timeout = LIMIT_MS, quiet = true } = {}) {
  test(name, { timeout }, async (context) => {
    world ??= start();
    const { server, browser } = await world;
    endpoints += 1;
    const endpoint = server.endpoint(`endpoint ${endpoints}`);
    const complaints = [];
    const open = async (url) => {
      const page = spare.pop() ?? (await (await browser.newContext()).newPage());
      context.after(() => leave(page));
      page.setDefaultTimeout(90_000);
      page.on('pageerror', (error) => complaints.push(String(error)));
      if (quiet) page.on('console', (said) => /error|warning/.test(said.type()) && complaints.push(said.text()));
      page.fetched = [];
      page.on('request', (request) => request.resourceType() === 'fetch' && page.fetched.push(request.url()));
      await page.goto(url.startsWith('http') ? url : `${server.origin}${url}`);
      return page;
    };
    await run({ endpoint, server, open, context, echo: endpoint.url('/echo') });
    assert.deepEqual(complaints, [], 'errors and warnings in the page');
  });
}

/** Opens an app's page and waits until it shows what the server echoed, over one socket. */
export async function showsEcho({ open, endpoint, echo }, path, { wasm = 0, accepted = 1 } = {}) {
  const page = await open(`${path}?${new URLSearchParams({ url: echo })}`);
  await page.waitForFunction(() => document.getElementById('said')?.textContent === 'hello');
  // A second socket would have come by now, or comes with the next turns of the event loop.
  await page.waitForTimeout(200);
  assert.equal((await endpoint.seen()).accepted, accepted, 'connections');
  assert.equal(page.fetched.filter((url) => /\.wasm/.test(url)).length, wasm, 'requests for the .wasm');
  return page;
}
