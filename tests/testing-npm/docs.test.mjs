/** The code of the documentation: what it shows are the files that the tests run, and its first test runs as it stands. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const repository = resolve(here, '../..');
const run = promisify(execFile);

const blocks = (document) => {
  const text = readFileSync(resolve(repository, 'docs', document), 'utf8');
  return [...text.matchAll(/^```(?<kind>jsx?)\n(?<code>[\s\S]*?)^```$/gm)].map(({ groups }) => groups.code);
};

test('each recipe is a file that is run, to the byte', () => {
  const folder = resolve(repository, 'examples/testing');
  const files = readdirSync(folder).filter((name) => /\.m?jsx?$/.test(name));
  assert.equal(files.length, 5);
  const code = files.map((name) => readFileSync(resolve(folder, name), 'utf8'));
  assert.deepEqual(blocks('testing-recipes.md').sort(), code.sort());
});

/** `run.mjs` has installed the packed package beside this file. */
async function runCode(name, code, more = {}) {
  const file = resolve(here, `${name}.example.mjs`);
  writeFileSync(file, code);
  try {
    // A test within a test has its own output.
    const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
    const options = { env: { ...outer, ...more }, timeout: 240_000 };
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', file], options);
    return stdout;
  } finally {
    rmSync(file);
  }
}

test('the first test of the page runs as it stands', { timeout: 180_000 }, async () => {
  const [first] = blocks('testing-javascript.md');
  assert.match(await runCode('first', first), /^ok 1 - a chat survives a dead connection$/m);
});

test('the Playwright recipe runs', { timeout: 300_000 }, async () => {
  const code = readFileSync(resolve(repository, 'examples/testing/playwright.mjs'), 'utf8');
  const CHROMIUM = process.env.HOLDFAST_HEADLESS ?? process.env.HOLDFAST_CHROMIUM ?? '/usr/bin/chromium';
  assert.match(await runCode('playwright', code, { CHROMIUM }), /^ok 1 - the page comes back after its network has changed$/m);
});
