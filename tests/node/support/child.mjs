/** A process of its own in the Node under test: what it printed, and how it ended. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const fixtures = resolve(import.meta.dirname, '../fixtures');

/** A limit against hangs only: a process that does not end by itself is killed, and has no code. */
const LIMIT_MS = 100_000;

export function run(fixture, ...given) {
  const child = spawn(process.execPath, ['--no-warnings', resolve(fixtures, fixture), ...given], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const began = performance.now();
  const ended = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (text) => {
      ended[name] += text;
    });
  const late = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  return new Promise((done) =>
    child.on('close', (code, signal) => {
      clearTimeout(late);
      done({ ...ended, code, signal, took: performance.now() - began });
    }),
  );
}
