/** The ways into the package: the files of `dist/`, their types, and what old resolvers need to find them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FORMATS = { mjs: 'esm', cjs: 'cjs' };

const both = (name, entry, options) =>
  Object.entries(FORMATS).map(([ending, format]) => ({ file: `${name}.${ending}`, entry, format, ...options }));

/** Next.js and its like take a module with hooks for a server's, unless it says so. */
const client = { wasm: 'none', banner: '"use client";' };

export const ENTRIES = [
  ...both('index', 'src/index.ts'),
  { file: 'holdfast-ws.global.js', entry: 'src/global.ts', format: 'iife' },
  ...both('slim', 'src/slim.ts', { wasm: 'slim' }),
  ...both('react', 'src/frameworks/react.ts', client),
  ...both('vue', 'src/frameworks/vue.ts', { wasm: 'none' }),
  ...both('tabs', 'src/tabs.ts', { wasm: 'tabs' }),
  ...both('tabs-worker', 'src/tabs-worker.ts', { wasm: 'tabs' }),
  ...both('outbox', 'src/outbox.ts', { wasm: 'outbox' }),
  ...both('channels', 'src/channels.ts', { wasm: 'channels' }),
  ...both('channels-nchan', 'src/channels-nchan.ts', { wasm: 'adapter', adapter: 'nchan' }),
  ...both('channels-nats', 'src/channels-nats.ts', { wasm: 'adapter', adapter: 'nats' }),
  ...both('channels-react', 'src/frameworks/channels-react.ts', client),
  ...both('channels-vue', 'src/frameworks/channels-vue.ts', { wasm: 'none' }),
  ...both('testing', 'src/testing.ts', { wasm: 'testing' }),
];

/** By the names of their files. */
const TYPED = {
  index: 'index',
  slim: 'slim',
  react: 'react',
  vue: 'vue',
  tabs: 'tabs',
  'tabs/worker': 'tabs-worker',
  outbox: 'outbox',
  channels: 'channels',
  'channels/nchan': 'channels-nchan',
  'channels/nats': 'channels-nats',
  'channels/react': 'channels-react',
  'channels/vue': 'channels-vue',
  testing: 'testing',
  global: 'holdfast-ws.global',
};

/** The types that all entries share, by idea. */
const SHARED_TYPES = ['events', 'messages', 'options', 'requests'];

/** The types are written by hand, once; `import` and `require` each want a file of their own, with the right ending inside. */
export function writeTypes(from, to) {
  for (const [name, file] of [...Object.entries(TYPED), ...SHARED_TYPES.map((name) => [name, name])]) {
    const source = readFileSync(resolve(from, `${name.replace('/', '-')}.d.ts`), 'utf8');
    const ending = (js) => source.replaceAll(/from '\.\/(\w+)'/g, `from './$1.${js}'`);
    writeFileSync(resolve(to, `${file}.d.ts`), ending('js'));
    writeFileSync(resolve(to, `${file}.d.cts`), ending('cjs'));
  }
}

const REQUIRED_GLOBAL = `"use strict";const{default:_,...names}=require("./index.cjs");globalThis.Holdfast=names;`;

/**
 * `holdfast-ws/react` and its like for what doesn't know `exports`: TypeScript's `node10`, webpack 4. And the classic script for
 * who requires it, which mustn't be taken for a module.
 */
export function writeRedirects(out) {
  writeFileSync(resolve(out, 'dist/holdfast-ws.global.cjs'), `${REQUIRED_GLOBAL}\n`);
  for (const [name, file] of Object.entries(TYPED)) {
    if (name === 'index') continue;
    const at = (ending) => `${name.includes('/') ? '../' : ''}../dist/${file}.${ending}`;
    const module = at(name === 'global' ? 'js' : 'mjs');
    const manifest = { main: at('cjs'), module, types: at('d.cts'), sideEffects: name === 'global' };
    mkdirSync(resolve(out, name), { recursive: true });
    writeFileSync(resolve(out, name, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  }
}
