/**
 * Faults of the wrapper, put in one at a time: `simulate()` must find each within 200 worlds, and shrink it to three faults of the world.
 * Each takes a build of the entry, so it runs only when asked for: `HOLDFAST_MUTANTS=1 node --test mutants.test.mjs`.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as strict from './support/strict-app.mjs';

const { HOLDFAST_MUTANTS } = process.env;

const WORLDS = 200;
const MOST_LEFT = 3;

/** Each a file of `pkg-template/src`, the text that is there once, the text in its place, and the world's faults if not all. */
const FAULTS = [
  {
    name: 'a message goes to a connection whose server has begun to close it',
    file: 'messages/send.ts',
    sound: 'native.readyState === 1 && ',
    faulty: '',
    faults: ['restart'],
  },
  {
    name: 'a request that was lost with its connection, or came too late, is never settled',
    file: 'socket/host.ts',
    sound: 'if (socket) failRequest(socket, id, failure, !!sent);',
    faulty: 'if (socket && failure === 99) failRequest(socket, id, failure, !!sent);',
  },
  {
    name: 'messages of a new connection bypass the core as those of the last did',
    file: 'socket/message-path.ts',
    sound: '    this._connection = connection;\n    this._bypassMode = 0;\n',
    faulty: '    this._connection = connection;\n',
  },
];

const source = resolve(import.meta.dirname, '../../pkg-template');

/** A copy of the wrapper, of which each fault is built. */
function makeCopy() {
  const root = mkdtempSync(resolve(tmpdir(), 'holdfast-mutants-'));
  const filter = (path) => !path.startsWith(resolve(source, 'node_modules'));
  cpSync(source, resolve(root, 'pkg-template'), { recursive: true, filter });
  symlinkSync(resolve(source, 'node_modules'), resolve(root, 'pkg-template/node_modules'));
  return root;
}

function buildEntry(root, name) {
  const out = resolve(root, name);
  const env = { ...process.env, HOLDFAST_OUT: out, HOLDFAST_ENTRY: 'testing.mjs' };
  const { status, stderr } = spawnSync(process.execPath, ['build.mjs'], { cwd: resolve(root, 'pkg-template'), env });
  assert.equal(status, 0, `${stderr}`);
  return import(pathToFileURL(resolve(out, 'dist/testing.mjs')));
}

describe('faults of the wrapper', { skip: !HOLDFAST_MUTANTS }, () => {
  let root;
  after(() => root && rmSync(root, { recursive: true, force: true }));

  test('without one the simulation passes', { timeout: 1_800_000 }, async () => {
    root = makeCopy();
    const { simulate } = await buildEntry(root, 'sound');
    await simulate({ ...strict, runs: WORLDS });
  });

  for (const [index, { name, file, sound, faulty, faults }] of FAULTS.entries())
    test(name, { timeout: 1_800_000 }, async (t) => {
      const path = resolve(root, 'pkg-template/src', file);
      const text = readFileSync(path, 'utf8');
      assert.equal(text.split(sound).length, 2, `${sound} is not there once`);
      writeFileSync(
        path,
        text.replace(sound, () => faulty),
      );
      const { simulate, SimulationError } = await buildEntry(root, `fault-${index}`).finally(() => writeFileSync(path, text));
      const failure = await simulate({ ...strict, faults, runs: WORLDS }).then(
        () => assert.fail('not found'),
        (error) => error,
      );
      assert.ok(failure instanceof SimulationError, `${failure}`);
      t.diagnostic(failure.message.split('\n')[0]);
      assert.ok(failure.faults.length <= MOST_LEFT, failure.message);
    });
});
