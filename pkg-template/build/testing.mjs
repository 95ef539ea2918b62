/**
 * The two modules that only `holdfast-ws/testing` imports: the class as a function of the globals that it uses, which each world
 * calls once, and the world's wasm with its glue.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { wasmText } from './wasm-text.mjs';

/** The globals of the page that the class gets from a world. All others are the platform's. */
export const GLOBALS = [
  'globalThis',
  'WebSocket',
  'Event',
  'MessageEvent',
  'CloseEvent',
  'setTimeout',
  'setInterval',
  'clearTimeout',
  'clearInterval',
  'Worker',
  'performance',
  'Date',
  'Math',
  'reportError',
  'URL',
  'WeakRef',
  'WeakMap',
  'FinalizationRegistry',
  'WebAssembly',
];

/** Stands for the text of the world's wasm, as `PLACEHOLDER` in `build.mjs` does for the other. */
export const WORLD = '@world@';

/** Returns the text of the world's wasm, and the plugin that makes the two modules. `code` is the class's, an expression. */
export function testingModules(generated, code) {
  const { literal, decoder } = wasmText(readFileSync(resolve(generated, 'testing.wasm')), 3);
  const modules = {
    class: `export const GLOBALS = ${JSON.stringify(GLOBALS)};
export function makePackage(${GLOBALS}) { return ${code}; }`,
    machine: `export { initSync, Plan, Shrinking, World } from ${JSON.stringify(resolve(generated, 'testing.js'))};
${decoder}
export const inlined = () => decode(${JSON.stringify(WORLD)});`,
  };
  const plugin = {
    name: 'holdfast:testing',
    setup(build) {
      build.onResolve({ filter: /^holdfast:(class|machine)$/ }, ({ path }) => ({ path, namespace: 'testing' }));
      build.onLoad({ filter: /./, namespace: 'testing' }, ({ path }) => ({
        contents: modules[path.replace('holdfast:', '')],
        loader: 'js',
        resolveDir: generated,
      }));
    },
  };
  return { literal, plugin };
}
