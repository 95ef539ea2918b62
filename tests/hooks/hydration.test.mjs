/** Pages of the Rust hooks that a server renders, and the browser hydrates. `cargo xtask test --only hooks` builds them before. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { copyFolder } from '../apps/support/build.mjs';
import { withEndpoint } from '../apps/support/world.mjs';
import { repository } from '../package/support/server.mjs';

const pages = process.env.HOLDFAST_PAGES ?? resolve(repository, 'target/pages');
const servers = resolve(pages, '../hooks/debug');
const LIMIT = { timeout: 450_000 };

/** Keeps an element of the server's, to see that hydration takes it over. */
const script = `<script type="module">
  import init, { hydrate } from './app.js';
  await init();
  window.rendered = document.getElementById('one');
  hydrate();
  window.hydrated = true;
</script>`;

for (const name of ['dioxus', 'leptos', 'yew']) {
  withEndpoint(
    `${name}: a page that a server rendered is hydrated with no complaint, over one connection`,
    async ({ server, open }) => {
      const page = `hydrated-${name}`;
      const body = execFileSync(resolve(servers, `hydrated-${name}-server`), { encoding: 'utf8' }).trimEnd();
      assert.match(body.replace(/<!.*?>/g, ''), /<p [^>]*id="one"[^>]*>connecting closed<\/p>/);
      const folder = copyFolder(resolve(pages, page), page);
      const head = `<meta charset="utf-8"><link rel="icon" href="data:,">${script}`;
      writeFileSync(resolve(folder, 'index.html'), `<!doctype html><html><head>${head}</head><body>${body}</body></html>`);
      const endpoint = server.endpoint(page);
      await endpoint.order('accept');

      const opened = await open(`/apps/${page}/`);
      const shows = (id, text) =>
        opened.waitForFunction(([id, text]) => document.getElementById(id)?.textContent === text, [id, text]);
      await opened.waitForFunction(() => window.hydrated);
      await shows('one', 'open closed');
      await shows('two', 'open closed');
      assert.ok(await opened.evaluate(() => window.rendered === document.getElementById('one')));
      await opened.waitForFunction(() => document.querySelectorAll('li').length === 4);
      assert.equal((await endpoint.seen()).accepted, 1);

      // Unmounted and mounted again, as the other one stays.
      await opened.click('#toggle');
      await opened.waitForFunction(() => !document.getElementById('two'));
      await opened.click('#toggle');
      await shows('two', 'open closed');
      assert.equal((await endpoint.seen()).accepted, 1);

      await endpoint.order('drop');
      await endpoint.until(({ accepted }) => accepted === 2);
      await shows('one', 'open closed');
      await opened.waitForFunction(() => !document.querySelector('b'));
    },
    LIMIT,
  );
}
