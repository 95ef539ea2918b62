/** A test or a hook that hangs is told by name, and its process ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ENGINE } from './support/engine.mjs';

const LIMITS = new URL('support/limits.mjs', import.meta.url).href;

/** Runs a test file with limits of its own; returns what it says, and how it ends. */
async function run(context, source, limits) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-ws-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'hangs.test.mjs');
  const imports = "import { after, test } from 'node:test';\nimport { setTimeout as sleep } from 'node:timers/promises';\n";
  writeFileSync(file, imports + source);
  const env = { ...process.env, ...limits };
  // Else the runner thinks that it runs in itself.
  delete env.NODE_TEST_CONTEXT;
  const child = spawn(process.execPath, ['--import', LIMITS, '--test', '--test-reporter=tap', '--test-force-exit', file], {
    env,
    detached: true,
  });
  context.after(() => child.exitCode ?? process.kill(-child.pid, 'SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((done) => child.on('close', done));
  return { code, said };
}

const hangs = (name, source, limits, ...expected) =>
  test(name, { timeout: 120_000, skip: ENGINE === 'world' }, async (context) => {
    const { code, said } = await run(context, source, limits);
    assert.notEqual(code, 0, said);
    for (const text of expected) assert.match(said, text);
  });

// They wait.
describe('what hangs', { concurrency: true }, () => {
  hangs(
    'a test that hangs is named, with what its process waits for, before the runner ends it',
    `test('is done', () => {});\ntest('never ends', () => sleep(1e6));`,
    { HOLDFAST_QUIET_MS: '10000' },
    /no test has begun or ended in 10000 ms/,
    /running for \d+ s: never ends\n/,
    /waits for: .*Timeout/,
  );

  hangs(
    'the same where other tests go on: a little before the time of the file is over',
    `test('all', { concurrency: 2 }, async (t) => {
     const others = async () => { for (let n = 0; ; n += 1) await t.test(String(n), () => sleep(10)); };
     await Promise.race([t.test('never ends', () => sleep(1e6)), others()]);
   });`,
    { HOLDFAST_FILE_MS: '15000' },
    /the runner would end it soon, after 15000 ms/,
    /never ends\n/,
  );

  hangs(
    'a hook of a test that hangs fails that test, and says so',
    `test('leaves something behind', (context) => context.after(() => sleep(1e6)));\ntest('is done', () => {});`,
    { HOLDFAST_HOOK_MS: '500' },
    /a hook has not ended in 500 ms: after\(\) of “leaves something behind”/,
    /^not ok \d+ - leaves something behind/m,
    /^ok \d+ - is done/m,
  );

  hangs(
    'a hook of a file that hangs is told with its line',
    `after(() => sleep(1e6));\ntest('is done', () => {});`,
    { HOLDFAST_HOOK_MS: '500' },
    /a hook has not ended in 500 ms: after\(\) at .*hangs\.test\.mjs:3:1/,
  );
});
