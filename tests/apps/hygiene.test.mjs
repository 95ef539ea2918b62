/** The verdicts of tools and compilers on the packed package. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { copy, run, work } from './support/build.mjs';

const installed = `${work}/node_modules/holdfast-ws`;

test('publint has nothing to say', { timeout: 300_000 }, async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test('“Are the types wrong?” has nothing to say, of any entry under any resolution', { timeout: 300_000 }, async () => {
  // The .wasm is no module, and has no types.
  const said = await run(work, 'attw', 'holdfast-ws.tgz', '--format', 'json', '--exclude-entrypoints', 'holdfast-ws.wasm');
  const { analysis } = JSON.parse(said);
  assert.deepEqual(analysis.problems, []);
  const typed = Object.keys(analysis.entrypoints).filter((name) => analysis.entrypoints[name].hasTypes);
  assert.deepEqual(typed.sort(), [
    '.',
    './channels',
    './channels/nats',
    './channels/nchan',
    './channels/react',
    './channels/vue',
    './global',
    './outbox',
    './react',
    './slim',
    './tabs',
    './tabs/worker',
    './testing',
    './vue',
  ]);
});

const COMPILE = resolve('support/compile.mjs');
const CONFIGS = ['bundler', 'node16', 'commonjs'].map((project) => `tsconfig.${project}.json`);

for (const compiler of ['typescript5', 'typescript6', 'typescript']) {
  test(`the types compile with ${compiler}: for bundlers, for Node, for CommonJS`, { timeout: 300_000 }, async () => {
    const folder = copy('types', `types-${compiler}`);
    // TypeScript 7 is a native program: it has no such API, and checks everything in two seconds.
    const command = compiler === 'typescript' ? ['../../node_modules/typescript/bin/tsc', '--build'] : [COMPILE, compiler];
    await run(folder, 'node', ...command, ...CONFIGS);
  });
}

/** Type parameters that TypeScript has since 5.6, of iterables, and since 5.7, of typed arrays. The compilers above are later ones. */
const LATER_PARAMETERS =
  /\b(?:\w+\d+(?:Clamped)?Array|DataView|ArrayBufferView|BufferSource)<|\b(?:Async)?Iterable(?:Iterator)?<[^<>]*,/;

test('the types use no type parameter that TypeScript 5.0 lacks', () => {
  const dist = resolve(installed, 'dist');
  const declarations = readdirSync(dist).filter((name) => /\.d\.c?ts$/.test(name));
  assert.ok(declarations.length > 20, `only ${declarations}`);
  const code = (name) => readFileSync(resolve(dist, name), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  assert.deepEqual(
    declarations.filter((name) => LATER_PARAMETERS.test(code(name))),
    [],
  );
});

/** The package's files in a bundle of this source. */
async function bundled(source) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: source, resolveDir: work },
    bundle: true,
    minify: true,
    treeShaking: true,
    format: 'esm',
    write: false,
    metafile: true,
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const files = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { files: files.map(([name]) => name.replace(/^.*node_modules\//, '')), text: outputFiles[0].text };
}

test('a plain page gets neither React nor Vue', async () => {
  const { files } = await bundled(`import { WebSocket } from 'holdfast-ws'; new WebSocket('ws://localhost');`);
  assert.deepEqual(
    files.filter((name) => name !== '<stdin>'),
    ['holdfast-ws/dist/index.mjs'],
  );
});

test('a page with one connection for all tabs gets the file of that entry alone', async () => {
  const { files } = await bundled(`import { WebSocket } from 'holdfast-ws/tabs'; new WebSocket('ws://localhost');`);
  assert.deepEqual(
    files.filter((name) => name !== '<stdin>'),
    ['holdfast-ws/dist/tabs.mjs'],
  );
});

test('a page with React gets the class once, and no Vue', async () => {
  const { files } = await bundled(
    `import { WebSocket } from 'holdfast-ws'; import { useWebSocket } from 'holdfast-ws/react'; console.log(WebSocket, useWebSocket);`,
  );
  const ours = files.filter((name) => name.startsWith('holdfast-ws/'));
  assert.deepEqual(ours.sort(), ['holdfast-ws/dist/index.mjs', 'holdfast-ws/dist/react.mjs']);
  assert.equal(files.filter((name) => /vue/.test(name)).length, 0);
});

test('an import that is not used leaves nothing', async () => {
  const { text } = await bundled(`import { WebSocket } from 'holdfast-ws'; import { useWebSocket } from 'holdfast-ws/react';`);
  assert.equal(text.trim(), '');
});
