/** Components in real Chromium, with React's and Vue's own testing libraries: a page for each case. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { before, describe } from 'node:test';
import { build } from 'esbuild';
import { copyFolder, work, writePage } from './support/build.mjs';
import { withEndpoint } from './support/world.mjs';

const DEFINE = {
  'process.env.NODE_ENV': '"development"',
  __VUE_OPTIONS_API__: 'true',
  __VUE_PROD_DEVTOOLS__: 'false',
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
};

for (const [name, file] of [
  ['React', 'react.jsx'],
  ['React, coming and going', 'react-life.jsx'],
  ['Vue', 'vue.js'],
  ['Vue, coming and going', 'vue-life.js'],
]) {
  const folder = `components-${file.split('.')[0]}`;
  const source = readFileSync(resolve('components', file), 'utf8');

  describe(`${name}:`, () => {
    before(
      async () => {
        const from = copyFolder(resolve('components'), folder);
        const entryPoints = [resolve(from, file)];
        const outfile = resolve(from, 'dist/main.js');
        await build({ entryPoints, outfile, bundle: true, format: 'esm', jsx: 'automatic', jsxDev: true, define: DEFINE });
        writePage(resolve(work, folder, 'dist'), '<script type="module" src="main.js"></script>');
      },
      { timeout: 240_000 },
    );

    for (const [, written] of source.matchAll(/^it\('(.+)', async/gm)) {
      const run = async ({ endpoint, open }) => {
        const page = await open(`/apps/${folder}/dist/`);
        await page.waitForFunction((name) => globalThis.cases?.[name], written);
        await page.evaluate(
          async ([name, endpoint]) => {
            const to = (path, query = {}) => `ws://${location.host}${path}?${new URLSearchParams({ endpoint, ...query })}`;
            await cases[name]({ endpoint, to });
          },
          [written, endpoint.name],
        );
      };
      // React and Vue talk to the console about what a test does on purpose.
      withEndpoint(written, run, { quiet: false });
    }
  });
}
