/** Yjs: y-websocket's provider on our class, against its own server. Two pages edit one document. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { openPage } from '../package/support/browser.mjs';
import { sideBySide } from '../package/support/suite.mjs';
import { load, script } from './support/client.mjs';
import { launch } from './support/launch.mjs';
import { inPage } from './support/page.mjs';
import { relayTo } from './support/relay.mjs';

const client = script('yjs', "export { Doc } from 'yjs';");
const executable = resolve('node_modules/.bin/y-websocket-server');
const kind = { command: () => [process.execPath, executable], env: { HOST: '127.0.0.1' } };

/** In a page: a document that is shared through a server, with `items` to add to. */
async function edit(page, port, plain) {
  await load(page, client, plain);
  await page.evaluate(async (url) => {
    const doc = new Client.Doc();
    globalThis.items = doc.getArray('items');
    globalThis.provider = Client.share(url, 'room', doc);
    await probe.until(() => provider.synced, 30_000, 'the document to be synced');
  }, `ws://127.0.0.1:${port}`);
}

const add = (page, ...more) => page.evaluate((more) => items.push(more), more);
const has = (page, count) =>
  page.evaluate(async (count) => {
    await probe.until(
      () => items.length === count,
      30_000,
      () => `${count} items; there are ${items.length}`,
    );
    return items.toArray();
  }, count);

sideBySide('Yjs', () => {
  inPage(
    'two pages edit a document through a restart of the server, and converge',
    async ({ page, browser, server: { origin } }) => {
      // In a context of its own, or the two would talk past the server.
      const pages = [page, await openPage(browser, origin)];
      const server = await launch(kind);
      let again;
      try {
        for (const page of pages) await edit(page, server.port);
        await add(pages[0], 'a1', 'a2');
        await add(pages[1], 'b1');
        for (const page of pages) await has(page, 3);
        await server.stop('SIGKILL');
        for (const page of pages) await page.evaluate(() => probe.until(() => made.length >= 3, 30_000, 'some attempts'));
        await add(pages[0], 'a3', 'a4');
        await add(pages[1], 'b2', 'b3');
        again = await launch(kind, { port: server.port });
        const [one, two] = await Promise.all(pages.map((page) => has(page, 7)));
        assert.deepEqual(one, two);
        assert.deepEqual(one.toSorted(), ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3']);
        for (const page of pages) {
          const open = await page.evaluate(() => made.filter(({ readyState }) => readyState !== 3).length);
          assert.equal(open, 1, 'sockets left behind');
          await page.evaluate(() => provider.destroy());
        }
      } finally {
        await pages[1].context().close();
        await server.stop('SIGKILL');
        await again?.stop('SIGKILL');
      }
    },
  );

  inPage(
    'with idleTimeout a dead line is found before y-websocket’s own 30 s, and what was typed into it arrives',
    async ({ page, browser, server: { origin } }) => {
      const server = await launch(kind);
      const relay = await relayTo(server.port);
      const other = await openPage(browser, origin);
      try {
        await edit(page, relay.port, { idleTimeout: 3_000 });
        relay.freeze();
        await add(page, 'said to nobody');
        await edit(other, server.port);
        assert.deepEqual(await has(other, 1), ['said to nobody']);
        assert.equal(await page.evaluate(() => made[0].stats().deadLines), 1);
      } finally {
        await other.context().close();
        relay.stop();
        await server.stop('SIGKILL');
      }
    },
  );
});
