/** Python's library, in a virtual environment of its own: made when it isn't there or its requirements have changed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const wanted = readFileSync('servers/requirements.txt', 'utf8');
const venv = resolve('.work/venv');
const stamp = resolve(venv, 'requirements.txt');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const run = (program, ...given) => execFileSync(program, given, { stdio: 'inherit', timeout: 600_000 });
  rmSync(venv, { recursive: true, force: true });
  const python = resolve(venv, 'bin/python');
  run('python3', '-m', 'venv', '--without-pip', venv);
  // A pip of its own takes six seconds of CPU time to unpack.
  const shared = ['-m', 'pip', '--python', python];
  const hasShared = spawnSync('python3', [...shared, '--version']).status === 0;
  if (!hasShared) run('python3', '-m', 'venv', venv);
  const pip = hasShared ? ['python3', ...shared] : [python, '-m', 'pip'];
  const options = ['--quiet', '--disable-pip-version-check', '--only-binary', ':all:', '--require-hashes'];
  run(...pip, 'install', ...options, '-r', 'servers/requirements.txt');
  writeFileSync(stamp, wanted);
}
