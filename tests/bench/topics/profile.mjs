/**
 * Where a received message's time goes, by Chromium's sampling profiler: each function's own share, in microseconds a message.
 * The profiler samples by the clock, so shares are taken of the time that was not idle, and scaled to the CPU time measured.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HEARTBEAT, NATIVE, OURS, pkg } from '../support/contenders.mjs';
import { emit } from '../support/lines.mjs';

const NAMES = [NATIVE, OURS, HEARTBEAT];
const BLOCK = 500;
const INTERVAL_US = 100;
const MOST = 16;

/** What stands at a function's place in the built package, whose names are a letter or two. */
const lines = () => readFileSync(resolve(pkg, 'dist/index.mjs'), 'utf8').split('\n');

function place({ functionName, url, lineNumber, columnNumber }, code) {
  if (url.startsWith('wasm:')) return `wasm: function ${functionName.replace(/\D+/g, '')}`;
  if (!url.endsWith('entry.mjs')) return functionName || '(the browser)';
  return `skin: ${functionName}${code[lineNumber].slice(columnNumber, columnNumber + 48)}…`;
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
    emit({ kind: 'profile', name, each, places: shares(profile, code, each) });
  }
  await page.close();
}

function shares({ nodes, samples }, code, each) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const counts = new Map();
  let busy = 0;
  for (const id of samples) {
    const frame = frames.get(id);
    if (frame.functionName === '(idle)') continue;
    busy++;
    const at = place(frame, code);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const all = [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST);
  return all.map(([at, count]) => ({ at, micros: (each * count) / busy }));
}
