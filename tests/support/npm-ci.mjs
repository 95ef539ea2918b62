/**
 * Installs the packages of the current folder as `npm ci` does: `node npm-ci.mjs SCRATCH`, a folder on the same disk.
 *
 * The lock files name no registry. Without the packages' addresses, npm reads the list of all versions of each of them: half of its CPU time.
 * So it gets a copy of the lock file with the addresses that they have on the registry it is set to.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [scratch] = process.argv.slice(2);
const CI = ['ci', '--no-audit', '--no-fund'];

/** The lock file with an address for each package. */
function addressed(text, registry) {
  const lock = JSON.parse(text);
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!entry.integrity) continue;
    const name = entry.name ?? path.split('node_modules/').at(-1);
    entry.resolved ??= `${registry}${name}/-/${name.split('/').at(-1)}-${entry.version}.tgz`;
  }
  return JSON.stringify(lock);
}

function install() {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const set = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const registry = set.endsWith('/') ? set : `${set}/`;
  for (const name of ['package.json', '.npmrc']) if (existsSync(name)) cpSync(name, join(scratch, name));
  writeFileSync(join(scratch, 'package-lock.json'), addressed(readFileSync('package-lock.json', 'utf8'), registry));
  if (spawnSync('npm', CI, { cwd: scratch, stdio: 'inherit' }).status !== 0) return false;
  rmSync('node_modules', { recursive: true, force: true });
  renameSync(join(scratch, 'node_modules'), 'node_modules');
  rmSync(scratch, { recursive: true });
  return true;
}

// Other registries may have other addresses.
if (!install()) process.exit(spawnSync('npm', CI, { stdio: 'inherit' }).status ?? 1);
