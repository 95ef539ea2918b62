/** The examples of the Rust hooks in a browser. `cargo xtask test --only hooks` builds their pages before. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { copyFolder } from '../apps/support/build.mjs';
import { withEndpoint } from '../apps/support/world.mjs';
import { repository } from '../package/support/server.mjs';

const pages = process.env.HOLDFAST_PAGES ?? resolve(repository, 'target/pages');
const LIMIT = { timeout: 450_000, quiet: false };

for (const name of ['leptos', 'dioxus', 'yew']) {
  /** Opens the example, over its own endpoint of the server. */
  const openExample = async ({ open, server }) => {
    copyFolder(resolve(pages, name), name);
    const endpoint = server.endpoint(name);
    await endpoint.order('accept');
    const page = await open(`/apps/${name}/`);
    const text = (id) => page.evaluate((id) => document.getElementById(id)?.textContent, id);
    const shows = (id, text) =>
      page.waitForFunction(([id, text]) => document.getElementById(id)?.textContent === text, [id, text]);
    const send = async (text) => {
      await page.fill('#text', text);
      await page.click('#send');
    };
    await shows('status', 'open');
    return { endpoint, page, text, shows, send };
  };

  withEndpoint(
    `${name}: a dropped connection is shown with the next attempt, and what was sent meanwhile arrives after it`,
    async (world) => {
      const { endpoint, page, text, shows, send } = await openExample(world);
      await send('one');
      await shows('lines', 'one');
      await endpoint.order('refuse');
      await page.click('#drop');
      await page.waitForFunction(() => /^attempt \d+ in \d+ s$/.test(document.getElementById('next')?.textContent));
      await page.waitForFunction(() => /^(waiting|connecting)$/.test(document.getElementById('status')?.textContent));
      await send('two');
      await endpoint.order('accept');
      await shows('lines', 'onetwo');
      await shows('status', 'open');
      await shows('next', '');
      assert.equal(await page.inputValue('#text'), '');
      assert.equal(await text('error'), '');
    },
    LIMIT,
  );

  withEndpoint(
    `${name}: a typed call is answered`,
    async (world) => {
      const { page, shows } = await openExample(world);
      await page.click('#add');
      await shows('add', '2 + 3 = 5');
    },
    LIMIT,
  );

  withEndpoint(
    `${name}: unmounting closes the connection, and mounting opens one`,
    async (world) => {
      const { endpoint, page, shows, send } = await openExample(world);
      const { accepted } = await endpoint.seen();
      await page.click('#mount');
      await endpoint.until(({ live }) => live === 0);
      await page.click('#mount');
      await shows('status', 'open');
      await send('again');
      await shows('lines', 'again');
      const seen = await endpoint.seen();
      assert.deepEqual([seen.accepted, seen.live], [accepted + 1, 1]);
    },
    LIMIT,
  );

  withEndpoint(
    `${name}: a component that takes another's place takes over its connection`,
    async (world) => {
      const { endpoint, page, shows, send } = await openExample(world);
      const { accepted } = await endpoint.seen();
      await send('before');
      await shows('lines', 'before');
      await page.click('#remount');
      await shows('lines', '');
      await send('after');
      await shows('lines', 'after');
      assert.equal((await endpoint.seen()).accepted, accepted);
    },
    LIMIT,
  );

  withEndpoint(
    `${name}: what the server doesn't have yet is shown, also after a reload, until the server has it`,
    async (world) => {
      const boxes = world.server.endpoint(`${name}-boxes`);
      await boxes.order('accept');
      const { page, shows } = await openExample(world);
      await boxes.until(({ live }) => live > 0);
      await boxes.order('refuse');
      await boxes.order('drop');
      await page.click('#order');
      await page.click('#order');
      await shows('unsaved', '2 not saved yet');
      await page.reload();
      await shows('unsaved', '2 not saved yet');
      await boxes.order('accept');
      await shows('unsaved', '');
    },
    LIMIT,
  );
}
