/**
 * Builds the npm package from the skin, wasm-bindgen's glue and the wasm file: one self-contained file per way of loading.
 * Reads `generated/` and the repository's README and licences; writes to HOLDFAST_OUT, or `../pkg`.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { shortenNames } from './build/wasm-names.mjs';
import { brotli, wasmText } from './build/wasm-text.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '..');
const out = resolve(process.env.HOLDFAST_OUT ?? resolve(root, 'pkg'));
const generated = resolve(process.env.HOLDFAST_GENERATED ?? resolve(here, 'generated'));

/** Stands for the wasm text until esbuild is done, which would escape it in its own way. */
const PLACEHOLDER = '@wasm@';
const MODULE = './holdfast_bg.js';

const { bytes, names } = shortenNames(readFileSync(resolve(generated, 'holdfast_bg.wasm')), 'a');
const { literal, decoder } = wasmText(bytes);

/** wasm-bindgen's glue, with our own start in the place of its `initSync`, which takes a module in four ways and warns of three. */
function glue() {
  const source = readFileSync(resolve(generated, 'holdfast.js'), 'utf8');
  for (const part of [MODULE, 'function __wbg_get_imports(', 'function __wbg_finalize_init(', 'const real = (...args) => {'])
    if (!source.includes(part)) throw Error(`the glue has no ${part}: this build script is for another wasm-bindgen`);
  // The core's closures take one argument or none; a rest parameter would be an array for each message.
  const closures = source.replaceAll('...args', 'argument');
  return `import { Native as WebSocket } from ${JSON.stringify(resolve(here, 'src/native.ts'))};
${closures.replaceAll(MODULE, 'a').replace(/^if \(Symbol\.dispose\).*$/m, '')}
${decoder}
export function start() {
  const module = new WebAssembly.Module(decode(${JSON.stringify(PLACEHOLDER)}));
  __wbg_finalize_init(new WebAssembly.Instance(module, __wbg_get_imports()), module);
}`;
}

const holdfastWasm = {
  name: 'holdfast:wasm',
  setup(build) {
    build.onResolve({ filter: /^holdfast:wasm$/ }, ({ path }) => ({ path, namespace: 'holdfast' }));
    build.onLoad({ filter: /./, namespace: 'holdfast' }, () => ({ contents: glue(), loader: 'js', resolveDir: here }));
  },
};

async function bundle(entry, options) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    target: 'es2020',
    legalComments: 'none',
    // Our own private properties, the glue's, and the names that the wasm file has short already.
    mangleProps: new RegExp(`^(_[a-z]\\w*|__wbg_ptr|__destroy_into_raw|${Object.keys(names).join('|')})$`),
    mangleCache: { ...names },
    ...options,
    plugins: [...(options.plugins ?? []), holdfastWasm],
  });
  return outputFiles[0].text.trimEnd();
}

function size(what, text) {
  const gzip = gzipSync(text, { level: 9 }).length;
  console.log(`${what.padEnd(28)}${[text.length, gzip, brotli(text)].map((n) => String(n).padStart(10)).join('')}`);
}

const OUTPUTS = [
  ['index.mjs', 'src/index.ts', { format: 'esm' }],
  ['index.cjs', 'src/index.ts', { format: 'cjs' }],
  ['holdfast-ws.global.js', 'src/global.ts', { format: 'iife' }],
];

rmSync(out, { recursive: true, force: true });
mkdirSync(resolve(out, 'dist'), { recursive: true });

console.log(`${''.padEnd(28)}   minified   gzip -9 brotli 11`);
for (const [file, entry, options] of OUTPUTS) {
  const code = await bundle(entry, options);
  const marked = JSON.stringify(PLACEHOLDER);
  if (code.split(marked).length !== 2) throw Error(`${file}: the place of the wasm text is not to be found`);
  const whole = code.replace(marked, () => literal);
  writeFileSync(resolve(out, 'dist', file), `${whole}\n`);
  size(file, whole);
  if (file === 'index.mjs') size('  without the wasm', code);
}
size('  the wasm as text', literal);
const noWasm = {
  name: 'skin alone',
  setup: (b) => b.onResolve({ filter: /^holdfast:wasm$/ }, ({ path }) => ({ path, external: true })),
};
size('  the skin alone', await bundle('src/index.ts', { format: 'esm', plugins: [noWasm] }));

for (const types of ['index.d.ts', 'index.d.cts']) copyFileSync(resolve(here, 'index.d.ts'), resolve(out, 'dist', types));
for (const file of ['README.md', 'LICENSE-MIT', 'LICENSE-APACHE']) {
  // A package without its licence must not be published; a build on the way there may lack it.
  if (existsSync(resolve(root, file))) copyFileSync(resolve(root, file), resolve(out, file));
  else console.warn(`no ${file} in the repository: not publishable`);
}

// The package is published with what users need of package.json; the version is the crate's.
const { private: _, scripts, devDependencies, ...manifest } = JSON.parse(readFileSync(resolve(here, 'package.json'), 'utf8'));
const [, version] = /^version = "(.+)"$/m.exec(readFileSync(resolve(root, 'Cargo.toml'), 'utf8'));
writeFileSync(resolve(out, 'package.json'), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
