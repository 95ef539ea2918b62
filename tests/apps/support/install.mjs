/**
 * Packs the built package and installs the tarball in `.work`, as an application would. The projects are copied beside it, and
 * find everything else (React, bundlers) in the folder above.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const pkg = resolve(process.env.HOLDFAST_PKG ?? resolve(repository, 'pkg'));
const work = resolve('.work');

const npm = (...given) =>
  execFileSync('npm', given, { cwd: work, encoding: 'utf8', timeout: 180_000, stdio: ['ignore', 'pipe', 'inherit'] });

rmSync(work, { recursive: true, force: true });
mkdirSync(work);
const [{ filename }] = JSON.parse(npm('pack', pkg, '--json', '--loglevel=error'));
renameSync(resolve(work, filename), resolve(work, 'holdfast-ws.tgz'));
writeFileSync(resolve(work, 'package.json'), '{ "private": true, "type": "module" }\n');
npm('install', './holdfast-ws.tgz', '--offline', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error');
