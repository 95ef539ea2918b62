/** The Rust examples, a screen each, built with cargo and opened. Compiling their frameworks takes minutes. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../package/support/server.mjs';
import { env, work } from '../support/build.mjs';
import { withEndpoint } from '../support/world.mjs';

const target = resolve(repository, 'target/examples');

/** Builds an example into a folder that is served, as trunk or dx would. */
async function build(name) {
  const cwd = resolve(repository, 'examples', name);
  const run = (command, ...given) =>
    promisify(execFile)(command, given, { cwd, env, timeout: 400_000, killSignal: 'SIGKILL', maxBuffer: 1 << 24 });
  const wasm = resolve(target, `wasm32-unknown-unknown/debug/holdfast-${name}-example.wasm`);
  const folder = resolve(work, name);
  await run('cargo', 'build', '--locked', '--target', 'wasm32-unknown-unknown', '--target-dir', target);
  await run('wasm-bindgen', '--target', 'web', '--no-typescript', '--out-dir', folder, '--out-name', 'app', wasm);
  mkdirSync(folder, { recursive: true });
  copyFileSync(resolve(cwd, 'index.html'), resolve(folder, 'index.html'));
}

for (const name of ['leptos', 'dioxus']) {
  withEndpoint(
    `${name}: what is typed is sent and comes back, and what is sent without a connection comes later`,
    async ({ open, server }) => {
      await build(name);
      const endpoint = server.endpoint(name);
      const page = await open(`/apps/${name}/`);
      const shows = (id, text) => page.waitForFunction(([i, t]) => document.getElementById(i)?.textContent === t, [id, text]);
      const send = async (text) => {
        await page.fill('#text', text);
        await page.click('#send');
      };
      await shows('status', 'Open');
      await send('one');
      await shows('lines', 'one');
      await endpoint.order('refuse');
      await endpoint.order('drop');
      await page.waitForFunction(() => document.getElementById('status')?.textContent !== 'Open');
      await send('two');
      await endpoint.order('accept');
      await shows('lines', 'onetwo');
      await shows('status', 'Open');
      assert.equal(await page.inputValue('#text'), '');
      assert.equal(await page.textContent('#error'), '');
    },
    { timeout: 450_000, quiet: false },
  );
}
