/** One log, to the byte: of two runs, and of Node 20, 22 and 24. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const story = resolve(import.meta.dirname, 'support/story.mjs');
const { platform, arch } = process;

/** The folder `tests/node` installs two versions. */
const packaged = (version) => resolve(import.meta.dirname, `../node/node_modules/node${version}-${platform}-${arch}/bin/node`);

async function logIn(node) {
  const { stdout } = await promisify(execFile)(node, ['--no-warnings', story], { maxBuffer: 2 ** 26, timeout: 120_000 });
  return stdout;
}

test('two runs, and all versions of Node, give the same log', { timeout: 300_000 }, async (t) => {
  const first = await logIn(process.execPath);
  t.diagnostic(`${first.split('\n').length} lines in Node ${process.versions.node}`);
  assert.ok(first.length > 20_000);
  assert.equal(await logIn(process.execPath), first);
  for (const version of [22, 24]) assert.equal(await logIn(packaged(version)), first, `Node ${version}`);
});
