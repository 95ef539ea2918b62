/** The servers, how each is started, and what each can't do. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repository } from '../../package/support/server.mjs';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** A server of this folder. */
export const program = (name) => resolve(folder, 'servers', name);
const node = (name) => () => [process.execPath, program(name)];

/** µWebSockets, in the shape that npm has: Bun's server stands on it. The build for every CPU. */
const bun = resolve(
  folder,
  'node_modules/@oven',
  { 'linux-x64': 'bun-linux-x64-baseline', 'linux-arm64': 'bun-linux-aarch64', 'darwin-arm64': 'bun-darwin-aarch64' }[
    `${process.platform}-${process.arch}`
  ] ?? 'bun',
  'bin/bun',
);
const python = resolve(folder, '.work/venv/bin/python');
const axum = process.env.HOLDFAST_AXUM ?? resolve(repository, 'target/debug/holdfast-axum-example');

/**
 * `compresses`: whether it has permessage-deflate. `drops`: it leaves its lines without a word when it is told to end. `cannot`: behaviours it has not,
 * each with the reason.
 */
export const SERVERS = [
  { name: 'ws', command: node('ws.mjs'), compresses: true },
  { name: 'WebSocket-Node', command: node('websocket-node.mjs'), compresses: false },
  { name: 'µWebSockets in Bun', command: () => [bun, program('bun.mjs')], compresses: true },
  { name: 'websockets of Python', command: () => [python, program('live.py')], compresses: true },
  { name: 'axum', command: () => [axum], compresses: false },
  {
    name: 'websocketd',
    command: (port) => ['websocketd', '--address=127.0.0.1', `--port=${port}`, process.execPath, program('lines.mjs')],
    compresses: false,
    drops: true,
    cannot: {
      binary: 'it speaks either lines of text or, with --binary, bytes without bounds: see websocketd.test.mjs',
      push: 'each connection has a process of its own, which knows of no other; one that prints unasked is in websocketd.test.mjs',
      protocol: 'it chooses no subprotocol',
      ping: 'it sends no pings',
      close: 'a program can’t choose the close code',
      refuse: 'it runs its program whatever the path',
    },
  },
];
