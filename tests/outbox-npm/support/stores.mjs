/** The stores behind the servers' half of an outbox, and how tests start them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from '../../package/support/server.mjs';
import { startProgram } from './programs.mjs';

const servers = resolve(import.meta.dirname, '../servers');
/** A server of this folder with a store. */
const node = (kind) => (address) => [process.execPath, resolve(servers, 'serve.mjs'), kind, address];

/** Makes a folder that is removed with the test. */
function makeFolder(context) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-outbox-'));
  context.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  return folder;
}

const startedFor = async (context, ...given) => {
  const program = await startProgram(...given);
  context.after(() => program.stop());
  return program;
};

/** PostgreSQL's programs as Debian installs them: of the newest version, outside the path. */
function postgresFolder() {
  const all = '/usr/lib/postgresql';
  const [newest] = existsSync(all) ? readdirSync(all).sort((one, other) => Number(other) - Number(one)) : [];
  return newest && join(all, newest, 'bin');
}

/** PostgreSQL refuses to run as root. */
function otherUser() {
  if (process.getuid?.() !== 0) return {};
  const number = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: number('-u'), gid: number('-g') };
}

async function startPostgres(context) {
  const bin = postgresFolder();
  const folder = makeFolder(context);
  const user = otherUser();
  if (user.uid) spawnSync('chown', [`${user.uid}:${user.gid}`, folder]);
  const data = join(folder, 'data');
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'test', '-A', 'trust', '--no-sync'], {
    ...user,
    cwd: folder,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw Error(`initdb: ${made.error ?? made.stderr}`);
  const command = (port) => [join(bin, 'postgres'), '-D', data, '-p', port, '-h', '127.0.0.1', '-k', folder, '-F'].map(String);
  const { port } = await startedFor(context, command, { user, cwd: folder });
  // It listens before it takes connections.
  const ready = () => spawnSync(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', `${port}`]).status === 0;
  await until(ready, 120_000, `PostgreSQL to be ready on ${port}`);
  return `postgres://test@127.0.0.1:${port}/postgres`;
}

async function startRedis(context) {
  const folder = makeFolder(context);
  const options = (port) => ({ port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder, daemonize: 'no' });
  const flags = (port) => Object.entries(options(port)).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const { port } = await startedFor(context, (port) => ['redis-server', ...flags(port)]);
  return `redis://127.0.0.1:${port}`;
}

async function startNats(context) {
  const folder = makeFolder(context);
  const { port } = await startedFor(context, (port) => [
    'nats-server',
    '-a',
    '127.0.0.1',
    '-p',
    `${port}`,
    '-js',
    '-sd',
    folder,
  ]);
  return `127.0.0.1:${port}`;
}

const axum = process.env.HOLDFAST_AXUM_OUTBOX;

/**
 * `start` gives the address of the store, `command` the server for it. `cannot` are behaviours that it hasn't, each with the reason; `lack`
 * is what is missing here.
 */
export const STORES = [
  { name: 'Node with SQLite', command: node('sqlite'), start: async (context) => join(makeFolder(context), 'orders.db') },
  {
    name: 'Node with PostgreSQL',
    command: node('postgres'),
    start: startPostgres,
    lack: postgresFolder() ? undefined : 'PostgreSQL is not installed: Debian’s package is postgresql',
  },
  { name: 'Node with Redis', command: node('redis'), start: startRedis },
  {
    name: 'Node with JetStream',
    command: node('jetstream'),
    start: startNats,
    cannot: {
      greets: 'it keeps no number for each box',
      refuses: 'a stream takes everything',
      gaps: 'it keeps no number for each box',
      skips: 'it keeps no number for each box',
    },
  },
  {
    name: 'axum with SQLite',
    command: (address) => [axum, address],
    start: async (context) => join(makeFolder(context), 'orders.db'),
    lack: axum ? undefined : 'HOLDFAST_AXUM_OUTBOX names no server: cargo xtask test builds one',
  },
];

/** Starts a store, and a server for it that can be killed and started again. */
export async function startServer(context, { start, command }) {
  const address = await start(context);
  const program = await startedFor(context, () => command(address), { env: (port) => ({ PORT: String(port) }) });
  return {
    program,
    url: `ws://127.0.0.1:${program.port}/live`,
    postUrl: `http://127.0.0.1:${program.port}/outbox`,
    /** The numbers that the application has done, in order. */
    orders: async () => (await fetch(`http://127.0.0.1:${program.port}/`)).json(),
    async killAndStart() {
      await program.stop('SIGKILL');
      await program.start();
    },
  };
}
