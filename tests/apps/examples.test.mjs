/** The examples for users of the npm package, each with the packed package: built as its own command does, and run. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { repository } from '../package/support/server.mjs';
import { copyFolder, env, run, work } from './support/build.mjs';
import { showsEcho, withEndpoint } from './support/world.mjs';

const examples = resolve(repository, 'examples');
const isNpm = (name) => readdirSync(resolve(examples, name)).includes('package.json');

test('every example for npm is named in the documentation, takes the package as it is built, and starts with one command', () => {
  const names = readdirSync(examples).filter(isNpm);
  assert.deepEqual(names.sort(), ['node', 'outbox', 'plain', 'react', 'testing', 'vue', 'worker']);
  const documented = readFileSync(resolve(repository, 'docs/examples.md'), 'utf8');
  for (const name of names) {
    const { scripts, dependencies } = JSON.parse(readFileSync(resolve(examples, name, 'package.json'), 'utf8'));
    assert.ok(documented.includes(`](../examples/${name})`), name);
    assert.equal(dependencies['holdfast-ws'], 'file:../../pkg', name);
    assert.match(scripts.prestart, /^npm install/, name);
    assert.ok(scripts.start, name);
  }
});

for (const name of ['react', 'vue', 'worker']) {
  withEndpoint(`the example “${name}”`, async (world) => {
    const folder = copyFolder(resolve(examples, name), `example-${name}`);
    await run(folder, 'vite', 'build', '--base', './');
    // StrictMode runs an effect twice, so React's may have sent twice, over one socket.
    await showsEcho(world, `/apps/example-${name}/dist/`);
  });
}

withEndpoint('the example “plain”', async (world) => {
  const folder = copyFolder(resolve(examples, 'plain'), 'example-plain');
  // As its server gives it.
  copyFileSync(resolve(work, 'node_modules/holdfast-ws/dist/holdfast-ws.global.js'), resolve(folder, 'holdfast-ws.global.js'));
  await showsEcho(world, '/apps/example-plain/');
});

withEndpoint('the example “node” prints the echo, and ends', async ({ endpoint, echo }) => {
  const folder = copyFolder(resolve(examples, 'node'), 'example-node');
  // Node 20 has the class behind a flag; later ones take the flag and have it anyway.
  assert.equal(await run(folder, 'node', '--no-warnings', '--experimental-websocket', 'client.mjs', echo), 'hello\n');
  assert.equal((await endpoint.seen()).accepted, 1);
});

/** Starts the server of the example, and returns its process and its address. */
async function startShop(folder, port) {
  const shop = spawn(process.execPath, ['server.mjs'], {
    cwd: folder,
    env: { ...env, PORT: port },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [told] = await once(shop.stdout.setEncoding('utf8'), 'data');
  const [address] = told.match(/http:\/\/localhost:\d+/);
  return { shop, address };
}

async function stop(shop) {
  shop.kill();
  if (shop.exitCode === null && shop.signalCode === null) await once(shop, 'exit');
}

/** Waits until the page shows what the server has, and how many orders are not saved. */
const shows = (page, orders, unsaved) =>
  page.waitForFunction((wanted) => {
    const items = [...document.querySelectorAll('#orders li')].map(({ textContent }) => textContent);
    return `${items} ${document.getElementById('unsaved').textContent}` === wanted;
  }, `${orders} ${unsaved}`);

/** Orders, and waits until the order is on the disk. */
async function order(page, item) {
  await page.fill('#item', item);
  await page.click('button');
  await page.waitForFunction(() => document.getElementById('item').value === '');
}

withEndpoint(
  'the example “outbox” delivers an order that was given without a server, by a page that is closed',
  async ({ open, context }) => {
    const folder = copyFolder(resolve(examples, 'outbox'), 'example-outbox');
    rmSync(resolve(folder, 'orders.jsonl'), { force: true });
    let { shop, address } = await startShop(folder, 0);
    context.after(() => stop(shop));
    const page = await open(address);
    await order(page, 'tea');
    await shows(page, ['tea'], 0);
    await stop(shop);
    await order(page, 'cake');
    await shows(page, ['tea'], 1);
    await page.goto('about:blank');
    ({ shop } = await startShop(folder, new URL(address).port));
    await page.goto(address);
    await shows(page, ['tea', 'cake'], 0);
  },
  // Without a server, attempts fail.
  { quiet: false },
);
