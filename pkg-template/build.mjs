/**
 * Builds the npm package from the wrapper in `src/` and the wasm file: one file per way of loading, and the wasm apart.
 * Reads `generated/` and the repository's documents and licences; writes to HOLDFAST_OUT, or `../pkg`. With HOLDFAST_ENTRY it builds that
 * file alone, such as `testing.mjs`, whatever it weighs.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';
import { CHANNELS, channelsModules } from './build/channels.mjs';
import { addresses, writeDocuments } from './build/documents.mjs';
import { ENTRIES, writeRedirects, writeTypes } from './build/entries.mjs';
import { buildExamples } from './build/examples.mjs';
import { OUTBOX, outboxModules } from './build/outbox.mjs';
import { Sizes } from './build/sizes.mjs';
import { TABS, tabsModules } from './build/tabs.mjs';
import { testingModules, WORLD } from './build/testing.mjs';
import { blankTexts } from './build/wasm-data.mjs';
import { checkImports, shortenNames } from './build/wasm-names.mjs';
import { wasmText } from './build/wasm-text.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '..');
const out = resolve(process.env.HOLDFAST_OUT ?? resolve(root, 'pkg'));
const generated = resolve(process.env.HOLDFAST_GENERATED ?? resolve(here, 'generated'));

/** Stands for the wasm text until esbuild is done, which would escape it in its own way. */
const PLACEHOLDER = '@wasm@';

const { bytes, names } = shortenNames(blankTexts(readFileSync(resolve(generated, 'holdfast.wasm'))));
checkImports(names, resolve(here, 'src/socket'));
const { literal, decoder } = wasmText(bytes, 8);

/** The slim entries have no text of the wasm in them. */
const wasmModule = (slim) =>
  slim
    ? 'export const inlined = undefined;'
    : `${decoder}
export const inlined = () => decode(${JSON.stringify(PLACEHOLDER)});`;

const holdfastWasm = (slim) => ({
  name: 'holdfast:wasm',
  setup(build) {
    build.onResolve({ filter: /^holdfast:wasm$/ }, ({ path }) => ({ path, namespace: 'holdfast' }));
    build.onLoad({ filter: /./, namespace: 'holdfast' }, () => ({
      contents: wasmModule(slim),
      loader: 'js',
      resolveDir: here,
    }));
  },
});

/** Minifies with terser: it inlines, and drops unused code, across the modules that esbuild has joined. 3 % after compression. */
async function minifyAgain(source, format) {
  const { code } = await minify(source, {
    module: format === 'esm',
    toplevel: format !== 'iife',
    ecma: 2021,
    // It would drop "use client".
    compress: { passes: 3, directives: false },
    // Node shows the line of an uncaught error.
    format: { ecma: 2021, max_line_len: 2000 },
  });
  return code;
}

/**
 * The first constructor runs most of the wrapper's functions. With this comment at the top of a file Chromium, from 136 on, compiles all
 * while the file is loading, on another thread; without it, each when it is first called. Other engines ignore it, and bundlers drop it.
 * https://v8.dev/blog/explicit-compile-hints
 */
const COMPILE_AHEAD = '//# allFunctionsCalledOnLoad\n';

/** The files that a browser loads as they are, and that have the class in them. */
const isCompiledAhead = ({ format, wasm = 'inlined' }) => format !== 'cjs' && ['inlined', 'slim', 'tabs'].includes(wasm);

/** Leaves the core out. */
const noWasm = {
  name: 'wrapper alone',
  setup: (b) => b.onResolve({ filter: /^holdfast:/ }, ({ path }) => ({ path, external: true })),
};

const COMMON = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  target: 'es2021',
  legalComments: 'none',
  // The frameworks are the application's own, and so is the class: the entries for them must not bring a second one.
  external: ['holdfast-ws', 'react', 'vue'],
};

/** The input of an entry for `require`: it assigns the exports at once. By esbuild's own helpers each entry has 70 to 115 bytes more. */
async function commonJs(entry) {
  const { metafile } = await build({ ...COMMON, entryPoints: [entry], format: 'esm', metafile: true, plugins: [noWasm] });
  const [{ exports }] = Object.values(metafile.outputs);
  const pairs = exports.map((name) => `${name}: all.${name}`);
  const contents = `import * as all from './${entry}';
Object.defineProperty(module.exports = { ${pairs} }, '__esModule', { value: true });`;
  return { contents, resolveDir: here, loader: 'js' };
}

/** An entry's code; `wasm` says how it comes by the core: 'inlined', 'slim', or not at all. */
async function bundle(entry, options) {
  const code = await bundleAround(entry, options);
  return code.includes(JSON.stringify(PLACEHOLDER)) ? fill(entry, code, { [PLACEHOLDER]: literal }, options.format) : code;
}

/** The same, with `PLACEHOLDER` for the wasm text. */
async function bundleAround(entry, { wasm = 'inlined', plugins = [], banner = '', ...options }) {
  const slim = wasm === 'slim';
  const isCommonJs = options.format === 'cjs';
  const { outputFiles } = await build({
    ...COMMON,
    ...(isCommonJs ? { stdin: await commonJs(entry) } : { entryPoints: [entry] }),
    // A module is strict by itself.
    banner: { js: options.format === 'esm' ? banner : `${banner}"use strict";` },
    define: { SLIM: String(slim) },
    // Our own private properties, and the names that the wasm file has short already.
    mangleProps: new RegExp(`^(_[a-z]\\w*|${Object.keys(names).join('|')})$`),
    mangleCache: { ...names },
    ...options,
    plugins: [...plugins, holdfastWasm(slim)],
  });
  const code = outputFiles[0].text.trimEnd();
  const places = code.split(JSON.stringify(PLACEHOLDER)).length - 1;
  const expected = wasm === 'inlined' && !plugins.length ? 1 : 0;
  if (!SPECIAL[wasm] && places !== expected) throw Error(`${entry}: ${places} places for the wasm text instead of ${expected}`);
  return minifyAgain(code, options.format);
}

/** The class as an expression, for `holdfast-ws/testing`; and the entry around it. */
async function bundleTesting(entry, options) {
  const inside = await bundleAround('src/testing/inside.ts', { format: 'iife', globalName: 'holdfast' });
  const { literal: world, plugin } = testingModules(generated, `(() => { ${inside}\nreturn holdfast; })()`);
  // Without the short names of the other wasm file: the world's glue has some of the long ones, too.
  const own = {
    // Tests run in engines that have private members, which are faster than what stands for them in older ones.
    target: 'es2022',
    mangleProps: /^_[a-z]\w*$/,
    mangleCache: {},
    plugins: [plugin],
    inject: ['src/testing/text-coding.ts'],
  };
  const code = await bundleAround(entry, { ...options, ...own });
  return fill(entry, code, { [PLACEHOLDER]: literal, [WORLD]: world }, options.format);
}

/** The class with the tabs' machine beside it. Each message reads some twenty private members, and what stands for one in older engines is a `WeakMap`. */
async function bundleTabs(entry, options) {
  const { literal: tabs, plugin } = tabsModules(generated, resolve(here, 'src'), names);
  const code = await bundleAround(entry, { ...options, target: 'es2022', plugins: [plugin] });
  return fill(entry, code, { [PLACEHOLDER]: literal, [TABS]: tabs }, options.format);
}

/** Without the short names of the class's wasm file. */
const OWN_NAMES = { mangleProps: /^_[a-z]\w*$/, mangleCache: {} };

/**
 * The outbox, with the machine of its boxes; without the class. Engines that have `structuredClone`, which it needs, have private members,
 * too. What stands for them in older ones is a `WeakMap` for each: with thousands of deliveries the garbage collector needs as long as all else.
 */
async function bundleOutbox(entry, options) {
  const { literal: outbox, plugin } = outboxModules(generated);
  const code = await bundleAround(entry, { ...options, ...OWN_NAMES, target: 'es2022', plugins: [plugin] });
  return fill(entry, code, { [OUTBOX]: outbox }, options.format);
}

/** An adapter of the channels, with their rules; without the class. */
async function bundleAdapter(entry, options) {
  const { literal: text, plugin } = channelsModules(generated, options.adapter);
  const { adapter, ...rest } = options;
  const code = await bundleAround(entry, { ...rest, ...OWN_NAMES, plugins: [plugin] });
  return fill(entry, code, { [CHANNELS]: text }, options.format);
}

/** The channels, without rules and without the class. */
const bundleChannels = (entry, options) => bundleAround(entry, { ...options, ...OWN_NAMES });

/**
 * Puts names in the places of the placeholders, and the texts that they stand for behind all code, where they compress better: 70 bytes. Nothing
 * needs them before the first constructor.
 */
function fill(entry, code, texts, format) {
  const end = format === 'iife' ? '})();' : '';
  if (!code.endsWith(end)) throw Error(`${entry} doesn't end with ${end}`);
  let named = code.slice(0, code.length - end.length);
  let behind = '';
  for (const [index, [place, text]] of Object.entries(texts).entries()) {
    // The minifier's own names have a letter or two.
    const name = `$wasm${index || ''}`;
    const parts = named.split(JSON.stringify(place));
    if (parts.length !== 2 || code.includes(name))
      throw Error(`${entry}: ${parts.length - 1} places for ${place} instead of 1`);
    named = parts.join(name);
    // On a line of its own, so that no other is long.
    behind += `;var ${name}=\n${text}\n`;
  }
  return `${named}${behind}${end}`;
}

/** Entries with a wasm of their own, by what they call it. */
const SPECIAL = {
  testing: bundleTesting,
  tabs: bundleTabs,
  outbox: bundleOutbox,
  adapter: bundleAdapter,
  channels: bundleChannels,
};

rmSync(out, { recursive: true, force: true });
mkdirSync(resolve(out, 'dist'), { recursive: true });

const sizes = new Sizes();
const { HOLDFAST_ENTRY: only } = process.env;
for (const { file, entry, ...options } of ENTRIES) {
  if (only && file !== only) continue;
  const built = await (SPECIAL[options.wasm] ?? bundle)(entry, options);
  const code = isCompiledAhead(options) ? `${COMPILE_AHEAD}${built}` : built;
  writeFileSync(resolve(out, 'dist', file), `${code}\n`);
  sizes.add(file, code);
}
if (only) process.exit();
writeFileSync(resolve(out, 'dist/holdfast-ws.wasm'), bytes);
sizes.add('holdfast-ws.wasm', bytes);
sizes.note('the wasm as text', literal);
const wrapper = await bundle('src/index.ts', { format: 'esm', plugins: [noWasm] });
sizes.note('the wrapper alone', wrapper);
// For `cargo xtask bench`, which weighs the parts.
writeFileSync(resolve(generated, 'wrapper.mjs'), wrapper);
sizes.report();

writeTypes(here, resolve(out, 'dist'));
writeRedirects(out);

// The package is published with what users need of package.json; the version and the repository are the crate's.
const { private: _, scripts, devDependencies, ...manifest } = JSON.parse(readFileSync(resolve(here, 'package.json'), 'utf8'));
const workspace = readFileSync(resolve(root, 'Cargo.toml'), 'utf8');
const setting = (name) => new RegExp(`^${name} = "(.*)"$`, 'm').exec(workspace)?.[1] ?? '';
const [version, repository] = [setting('version'), setting('repository')];
writeDocuments(root, out, { version, repository });
writeFileSync(resolve(out, 'package.json'), `${JSON.stringify({ ...manifest, version, ...addresses(repository) }, null, 2)}\n`);

await buildExamples(resolve(root, 'www'), out, resolve(here, 'node_modules'));
