/**
 * The measuring works: every topic gives its rows, each with a value of every contender. What the values are is not judged, so the
 * browser is the one without windows.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HEADLESS } from '../package/support/flags.mjs';

const ROWS = { received: 8, sent: 3, requests: 2, opening: 5, flat: 5, tabs: 3, memory: 3 };

test('a quick run measures everything', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['run.mjs', '--quick'], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, HOLDFAST_CHROMIUM: HEADLESS },
    maxBuffer: 1 << 26,
  });
  const lines = stdout.trim().split('\n').map(JSON.parse);
  const of = (kind) => lines.filter((line) => line.kind === kind);

  const measured = of('measured');
  const count = (topic) => measured.filter((line) => line.topic === topic).length;
  assert.deepEqual(Object.fromEntries(Object.keys(ROWS).map((topic) => [topic, count(topic)])), ROWS);
  for (const { row, samples } of measured) {
    assert.ok(samples.length > 1, `${row}: one contender alone`);
    for (const [name, values] of samples)
      assert.ok(values.length > 0 && values.every(Number.isFinite), `${row}, ${name}: ${values}`);
  }
  assert.equal(new Set(measured.map(({ topic, row }) => topic + row)).size, measured.length, 'a row came twice');
  assert.equal(of('ratios').length, 3);
  for (const { row, ratios } of of('ratios'))
    for (const [name, values] of ratios)
      assert.ok(values.length > 0 && values.every(Number.isFinite), `${row}, ${name}: ${values}`);
  assert.equal(of('leak').length, 2);
  assert.equal(of('profile').length, 3);
  assert.ok(of('size').length >= 16);
  for (const { group, name, brotli } of of('size'))
    assert.ok(brotli > (group === 'code' ? 0 : 500), `${name}: ${brotli} bytes`);
  assert.ok(of('machine')[0].versions.length >= 4);
});
