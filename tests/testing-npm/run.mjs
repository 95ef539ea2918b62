/** Installs the built package beside the others, and runs Vitest and Jest on their folders. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

const here = import.meta.dirname;
const installed = resolve(here, 'node_modules/holdfast-ws');
rmSync(installed, { recursive: true, force: true });
cpSync(resolve(here, '../../pkg'), installed, { recursive: true });

/** Vitest wants a newer Node than 20; the folder `tests/node` installs one. */
const packaged = resolve(here, `../node/node_modules/node24-${process.platform}-${process.arch}/bin/node`);
const [major] = process.versions.node.split('.').map(Number);
const newer = major < 22 && existsSync(packaged) ? packaged : process.execPath;

for (const [node, ...command] of [
  [newer, 'node_modules/vitest/vitest.mjs', 'run'],
  [process.execPath, 'node_modules/jest/bin/jest.js', '--rootDir', 'jest'],
]) {
  const { status } = spawnSync(node, command, { cwd: here, stdio: 'inherit' });
  if (status) process.exit(status);
}
