import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { world } from 'holdfast-ws/testing';
import { chromium } from 'playwright-core';

const LIVE = 'wss://api.test/live';

/** A page of the application's; here a small one, without a server of its own. */
const HTML = `<!doctype html><output>connecting</output><script type="module">
  import { WebSocket } from '/holdfast.mjs';
  const ws = new WebSocket('${LIVE}', { heartbeat: { interval: 500, timeout: 500, pong: 'pong' } });
  const show = (text) => { document.querySelector('output').textContent = text; };
  ws.onstatuschange = () => show(ws.status);
  ws.onmessage = ({ data }) => show(data);
</script>`;

const files = {
  '/': { contentType: 'text/html', body: HTML },
  '/holdfast.mjs': {
    contentType: 'text/javascript',
    body: await readFile(fileURLToPath(import.meta.resolve('holdfast-ws')), 'utf8'),
  },
};

let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});

after(() => browser?.close());

test('the page comes back after its network has changed', async () => {
  const page = await browser.newPage();
  await page.route('http://app.test/**', (route) => route.fulfill(files[new URL(route.request().url()).pathname]));

  const w = world();
  const server = w.server(LIVE, (connection) => {
    connection.send('hello');
    connection.on('message', () => connection.send('pong'));
  });
  await w.attach(page); // Before the page is loaded.
  await page.goto('http://app.test/');
  await w.until(() => server.connections.length === 1);
  await page.getByText('hello').waitFor();

  w.network.change(); // Half-open: nobody is told.
  await w.until(() => server.connections.length === 2, { within: 60_000 });
  await page.getByText('hello').waitFor();
  assert.equal(await page.textContent('output'), 'hello');
  w.dispose();
});
