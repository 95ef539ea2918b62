/** The classes that are compared: the browser's class, two peers, and ours in the ways it is used. Each is a module of its own in the page. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
/** The built package; another one can be put in its place. */
export const pkg = resolve(process.env.HOLDFAST_PKG ?? resolve(here, '../../../pkg'));

export const NATIVE = 'native';
export const OURS = 'holdfast-ws';
export const HEARTBEAT = 'with heartbeat';
export const PENDING = 'with a request pending';
export const MAP = 'Map and JSON.parse';
export const TIMEOUT = 'the same with a timeout';

const browsers = { code: 'const make = (url) => new WebSocket(url);' };

/** No bound is to be reached, and no time to run out, while it is measured. */
const ours = (options = '') => ({
  entry: 'holdfast-ws',
  code: `import { WebSocket as Ours } from './entry.mjs';
const options = {
  reconnect: { connectTimeout: 1e6, minDelay: 1, maxDelay: 2 },
  queue: { maxMessages: 1e7, maxBytes: 1e10 },
  request: { timeout: 1e8 },
  ${options}
};
const make = (url) => new Ours(url, [], options);
const asking = (ws) => (body) => ws.request(body);`,
});

const peer = (entry) => ({
  entry,
  code: `import Peer from './entry.mjs';\nconst make = (url) => new Peer(url, [], { connectionTimeout: 1e6 });`,
});

/** Code as people write it who have no library. `guard` is what they forget. */
const handmade = (guard) => ({
  code: `${browsers.code}
const asking = (ws) => {
  const pending = new Map();
  let last = 0;
  ws.addEventListener('message', (event) => {
    const reply = JSON.parse(event.data);
    pending.get(reply.id)?.(reply);
    pending.delete(reply.id);
  });
  return (body) => new Promise((resolve, reject) => {
    const id = ++last;
    ${guard}
    ws.send(JSON.stringify({ id, ...body }));
  });
};`,
});

/** By name: what comes before `page/drive.js`, and what is `./entry.mjs` to it. */
const CONTENDERS = {
  [NATIVE]: browsers,
  'reconnecting-websocket': peer('reconnecting-websocket'),
  partysocket: peer('partysocket/ws'),
  [OURS]: ours(),
  [HEARTBEAT]: ours(`heartbeat: { pong: 'pong' },`),
  [PENDING]: { ...ours(`heartbeat: { pong: 'pong' },`), requests: 1 },
  [MAP]: handmade('pending.set(id, resolve);'),
  [TIMEOUT]: handmade(`const timer = setTimeout(() => pending.delete(id) && reject(Error('timeout')), 1e8);
    pending.set(id, (reply) => { clearTimeout(timer); resolve(reply); });`),
};

/** The abilities of each. */
export const CLASSES = [NATIVE, 'reconnecting-websocket', 'partysocket', OURS];
export const MODES = [...CLASSES, HEARTBEAT, PENDING];
export const QUEUES = ['reconnecting-websocket', 'partysocket', OURS];
export const ASKING = [MAP, TIMEOUT, OURS];

export const settings = (name) => ({ requests: CONTENDERS[name].requests });

/** The folder of a contender, which has its own copy of everything. */
export const folder = (name) => `/${encodeURIComponent(name)}`;

async function entry(of) {
  if (of === 'holdfast-ws') return readFileSync(resolve(pkg, 'dist/index.mjs'));
  const { outputFiles } = await build({
    stdin: { contents: `export { default } from '${of}';`, resolveDir: here },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    legalComments: 'none',
  });
  return outputFiles[0].text;
}

/** The files to serve. */
export async function modules() {
  const drive = readFileSync(resolve(here, '../page/drive.js'), 'utf8');
  const files = {
    '/tabs-drive.mjs': readFileSync(resolve(here, '../page/tabs-drive.js')),
    '/tabs.mjs': readFileSync(resolve(pkg, 'dist/tabs.mjs')),
    '/alone.mjs': readFileSync(resolve(pkg, 'dist/index.mjs')),
  };
  for (const [name, { code, entry: of }] of Object.entries(CONTENDERS)) {
    files[`${folder(name)}/drive.mjs`] = `${code}\n${drive}`;
    if (of) files[`${folder(name)}/entry.mjs`] = await entry(of);
  }
  return files;
}
