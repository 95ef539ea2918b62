/**
 * The time of a received message, by function, by Chromium's sampling profiler: each function's own share, in microseconds a message.
 * It samples by the clock, so on a busy machine there is some waiting in it. Of what is neither JavaScript nor wasm it can't
 * tell work from waiting at all: that is left out.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HEARTBEAT, NATIVE, OURS, pkg } from '../support/contenders.mjs';
import { emit } from '../support/lines.mjs';

const NAMES = [NATIVE, OURS, HEARTBEAT];
const BLOCK = 500;
const INTERVAL_US = 100;
const MOST = 16;
const NOT_CODE = ['(idle)', '(program)', '(root)'];

/** Returns the text at a function's place in the built package, whose names are a letter or two. */
const lines = () => readFileSync(resolve(pkg, 'dist/index.mjs'), 'utf8').split('\n');

function place({ functionName, url, lineNumber, columnNumber }, code) {
  if (url.startsWith('wasm:')) return `wasm: ${functionName.split(':')[0].replace(/^wasm-/, '')}`;
  if (!url.endsWith('entry.mjs')) return functionName || '(the browser)';
  return `wrapper: ${functionName}${code[lineNumber].slice(columnNumber, columnNumber + 48)}…`;
}

export async function profile(meter, { rounds }) {
  const code = lines();
  const page = await meter.page(NAMES);
  await page.tab.send('Profiler.enable');
  await page.tab.send('Profiler.setSamplingInterval', { interval: INTERVAL_US });
  for (const name of NAMES) {
    await page.run(name, 'open', page.url('/burst'));
    const block = () => page.run(name, 'receive', BLOCK, 'text', 32);
    for (let warm = 0; warm < 10; warm++) await block();
    await page.tab.send('Profiler.start');
    const before = await page.metrics();
    for (let round = 0; round < rounds; round++) await block();
    const after = await page.metrics();
    const { profile } = await page.tab.send('Profiler.stop');
    const each = ((after.ThreadTime - before.ThreadTime) * 1e6) / (rounds * BLOCK);
    emit({ kind: 'profile', name, each, places: shares(profile, code, rounds * BLOCK) });
  }
  await page.close();
}

function shares({ nodes, samples, timeDeltas }, code, messages) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const micros = new Map();
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (NOT_CODE.includes(frame.functionName)) return;
    const at = place(frame, code);
    micros.set(at, (micros.get(at) ?? 0) + timeDeltas[index]);
  });
  const all = [...micros].sort(([, a], [, b]) => b - a).slice(0, MOST);
  return all.map(([at, sum]) => ({ at, micros: sum / messages }));
}
