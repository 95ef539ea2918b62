/** A process with a socket in it: when it ends by itself, and what it prints when it ends by an error. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './support/child.mjs';
import { platform } from './support/holdfast.mjs';
import { until } from './support/record.mjs';
import { nowhere, startServer, startSilence } from './support/server.mjs';

const it = (name, run) => test(`${platform}: ${name}`, run);
/** How it ended, with what it printed to tell if that was wrong. */
const ended = ({ code, signal, stdout, stderr }) => ({ code, signal, stdout, stderr: stderr.slice(0, 2_000) });
const well = (stdout) => ({ code: 0, signal: null, stdout, stderr: '' });

it('it ends by itself after close()', async () => {
  const server = await startServer();
  assert.deepEqual(ended(await run('closes.mjs', server.url)), well('close false\n'));
  await server.stop();
});

it('it ends by itself after the server has closed for good', async () => {
  const server = await startServer();
  const child = run('final.mjs', server.url);
  await until(() => server.live() === 1);
  server.close(4400, 'no more');
  assert.deepEqual(ended(await child), well('open\nclose 4400 false\n'));
  await server.stop();
});

it('it lives while another attempt is planned, and ends by itself after close()', async () => {
  const { stdout, ...rest } = ended(await run('waits.mjs', await nowhere()));
  assert.deepEqual(rest, { code: 0, signal: null, stderr: '' });
  assert.match(stdout, /^closes [45]\n$/);
});

it('attempts that are given up end no process, whatever their class says of them later', async () => {
  const silence = await startSilence();
  assert.deepEqual(ended(await run('abandons.mjs', silence.url)), well(''));
  await silence.stop();
});

it('an uncaught error prints a short line of the bundle, and says what is wrong', async () => {
  const { code, stderr } = await run('throws.mjs');
  assert.equal(code, 1);
  assert.match(stderr, /option reconect is unknown/);
  const longest = Math.max(...stderr.split('\n').map(({ length }) => length));
  assert.ok(longest < 2_000 && stderr.length < 6_000, `${stderr.length} characters, a line of ${longest}`);
});
