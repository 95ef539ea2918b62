/** Python's library, in a virtual environment of its own: made when it isn't there or its requirements have changed. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const wanted = readFileSync('servers/requirements.txt', 'utf8');
const venv = resolve('.work/venv');
const stamp = resolve(venv, 'requirements.txt');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const run = (program, ...given) => execFileSync(program, given, { stdio: 'inherit', timeout: 120_000 });
  rmSync(venv, { recursive: true, force: true });
  run('python3', '-m', 'venv', venv);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  run(resolve(venv, 'bin/python'), ...pip, '--only-binary', ':all:', '--require-hashes', '-r', 'servers/requirements.txt');
  writeFileSync(stamp, wanted);
}
