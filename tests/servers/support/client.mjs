/** A client library of somebody else's in a page, on our class: the code of `clients/`, which the documentation shows. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Our class as the clients import it: the page's own, with times that suit a test (`plain`, options that go over the client's),
 * and a record of the sockets it made.
 */
const TESTED = `
  globalThis.made = [];
  export const WebSocket = {
    with: (options) =>
      class extends Holdfast.WebSocket.with({ ...options, ...globalThis.plain }) {
        constructor(...given) {
          super(...given);
          made.push(this);
        }
      },
  };
`;

/** The script that puts a client's exports into the page's `Client`. */
export async function script(name, more = '') {
  const { outputFiles } = await build({
    stdin: { contents: `export * from './clients/${name}.mjs';${more}`, resolveDir: folder },
    bundle: true,
    format: 'iife',
    globalName: 'Client',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'tested',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^holdfast-ws$/ }, ({ path }) => ({ path, namespace: 'tested' }));
          onLoad({ filter: /./, namespace: 'tested' }, () => ({ contents: TESTED }));
        },
      },
    ],
    write: false,
  });
  return outputFiles[0].text;
}

/** Loads a client into a page. `made` are the sockets of ours that it makes. */
export async function load(page, client, plain = {}) {
  await page.evaluate((plain) => {
    globalThis.plain = plain;
  }, plain);
  await page.addScriptTag({ content: await client });
}
