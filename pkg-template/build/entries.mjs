/** The ways into the package: the files of `dist/`, their types, and what old resolvers need to find them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FORMATS = { mjs: 'esm', cjs: 'cjs' };

const both = (name, entry, options) =>
  Object.entries(FORMATS).map(([ending, format]) => ({ file: `${name}.${ending}`, entry, format, ...options }));

/** Next.js and its like take a module with hooks for a server's, unless it says so. */
const client = { wasm: 'none', banner: { js: '"use client";' } };

export const ENTRIES = [
  ...both('index', 'src/index.ts'),
  { file: 'holdfast-ws.global.js', entry: 'src/global.ts', format: 'iife' },
  ...both('slim', 'src/slim.ts', { wasm: 'slim' }),
  ...both('react', 'src/react.ts', client),
  ...both('vue', 'src/vue.ts', { wasm: 'none' }),
];

const TYPED = ['index', 'slim', 'react', 'vue'];

/** The types are written by hand, once; `import` and `require` each want a file of their own, with the right ending inside. */
export function writeTypes(from, to) {
  for (const name of TYPED) {
    const source = readFileSync(resolve(from, `${name}.d.ts`), 'utf8');
    const ending = (js) => source.replaceAll(/from '\.\/(\w+)'/g, `from './$1.${js}'`);
    writeFileSync(resolve(to, `${name}.d.ts`), ending('js'));
    writeFileSync(resolve(to, `${name}.d.cts`), ending('cjs'));
  }
  writeFileSync(resolve(to, 'holdfast-ws.global.d.ts'), readFileSync(resolve(from, 'global.d.ts'), 'utf8'));
}

/** `holdfast-ws/react` and its like for what doesn't know `exports`: TypeScript's `node10`, webpack 4. */
export function writeRedirects(out) {
  for (const name of TYPED.slice(1)) {
    const at = (file) => `../dist/${name}.${file}`;
    const manifest = { main: at('cjs'), module: at('mjs'), types: at('d.ts'), sideEffects: false };
    mkdirSync(resolve(out, name), { recursive: true });
    writeFileSync(resolve(out, name, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  }
}
