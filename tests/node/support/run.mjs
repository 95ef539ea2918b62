/** Runs the tests in each Node that the documentation names, with its own class, and with the npm package `ws` as the global class. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

const here = resolve(import.meta.dirname, '..');
const installed = (version) => resolve(here, `node_modules/node${version}-${process.platform}-${process.arch}/bin/node`);

const RUNS = [
  { node: installed(22), nodeClass: 'own' },
  { node: installed(24), nodeClass: 'own' },
  { node: installed(22), nodeClass: 'ws' },
  // Node 20, where the tests are run with that: it has no class of its own.
  { node: process.execPath, nodeClass: 'ws' },
];

const all = readdirSync(here).filter((name) => name.endsWith('.test.mjs'));
/** Chosen by `cargo xtask test`, or all. */
const files = process.env.HOLDFAST_FILES?.split(' ') ?? all;
let failed = false;
for (const { node, nodeClass } of RUNS) {
  if (!existsSync(node)) throw Error(`no ${node}: npm has no Node for this machine; add it to package.json`);
  const env = { ...process.env, HOLDFAST_NODE_CLASS: nodeClass };
  const given = [
    '--import=../package/support/limits.mjs',
    '--test',
    '--test-force-exit',
    '--test-reporter=tap',
    '--test-timeout=120000',
    '--test-concurrency=4',
    ...files,
  ];
  const { status } = spawnSync(node, given, { cwd: here, env, stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
