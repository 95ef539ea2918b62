/** The size of every entry of ours, and by part; and the sizes of the peers, from their packages, bundled the same way. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { pkg } from '../support/contenders.mjs';
import { emit } from '../support/lines.mjs';
import { codeByPart } from '../support/wasm-code.mjs';

const here = dirname(fileURLToPath(import.meta.url));

const ENTRIES = ['index.mjs', 'holdfast-ws.global.js', 'slim.mjs', 'react.mjs', 'vue.mjs'];

/** By package: what a page that uses it imports. */
const PEERS = {
  'reconnecting-websocket': "export { default } from 'reconnecting-websocket';",
  partysocket: "export { default } from 'partysocket/ws';",
  'graphql-ws': "export { createClient } from 'graphql-ws';",
  'react-use-websocket': "export { default } from 'react-use-websocket';",
  phoenix: "export { Socket } from 'phoenix';",
  'socket.io-client': "export { io } from 'socket.io-client';",
  '@microsoft/signalr': "export { HubConnectionBuilder } from '@microsoft/signalr';",
  'pusher-js': "export { default } from 'pusher-js';",
  centrifuge: "export { Centrifuge } from 'centrifuge';",
  ably: "export { Realtime } from 'ably';",
};

/** The files that the build leaves behind. */
const generated = (file) => readFileSync(resolve(here, '../../../pkg-template/generated', file));

function weigh(group, name, content, version) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const [minified, gzip] = [Buffer.byteLength(content), gzipSync(content, { level: 9 }).length];
  emit({ kind: 'size', group, name, version, minified, gzip, brotli: brotliCompressSync(content, { params }).length });
}

/** The longest text in a file is the wasm. */
const literals = (code) => code.match(/"(?:[^"\\]|\\.)*"/gs).sort((a, b) => b.length - a.length);

export async function sizes() {
  const dist = (file) => readFileSync(resolve(pkg, 'dist', file));
  for (const file of ENTRIES) weigh('entries', file, dist(file));
  weigh('entries', 'holdfast-ws.wasm', dist('holdfast-ws.wasm'));

  const index = dist('index.mjs').toString();
  const [text] = literals(index);
  const rest = index.replace(text, () => '""');
  const wrapper = generated('wrapper.mjs').toString();
  weigh('parts', 'the wasm as text', text);
  weigh('parts', 'glue and wrapper', rest);
  weigh('parts', 'of which the wrapper', wrapper);
  for (const [part, code] of codeByPart(generated('holdfast.wasm'))) weigh('code', part, code);

  for (const [name, contents] of Object.entries(PEERS)) {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: here },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2020',
      legalComments: 'none',
      logLevel: 'error',
      external: ['react', 'react-dom'],
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    const { version } = JSON.parse(readFileSync(resolve(here, '../node_modules', name, 'package.json'), 'utf8'));
    weigh('peers', name, outputFiles[0].text, version);
  }
}
