/** Packs the built package, unpacks it beside the others, and runs Vitest and Jest on their folders. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

const here = import.meta.dirname;
const installed = resolve(here, 'node_modules/holdfast-ws');
rmSync(installed, { recursive: true, force: true });
mkdirSync(installed);
const npm = ['pack', resolve(here, '../../pkg'), '--json', '--pack-destination', installed];
const [{ filename }] = JSON.parse(execFileSync('npm', npm, { encoding: 'utf8' }));
execFileSync('tar', ['-xzf', filename, '--strip-components=1'], { cwd: installed });

/** The recipes of the documentation, beside what they import. Playwright's is run by `docs.test.mjs`. */
const examples = resolve(here, '../../examples/testing');
const recipes = resolve(here, 'suites/recipes');
rmSync(recipes, { recursive: true, force: true });
for (const name of readdirSync(examples).filter((name) => /\.test\.jsx?$/.test(name)))
  cpSync(resolve(examples, name), resolve(recipes, name));

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
