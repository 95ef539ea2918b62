/** The fault server, as a child process that ends with this one. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Serves this folder at /conformance/ as well. `HOLDFAST_PKG` puts another build of the package in the place of the repository's. */
export async function startServer() {
  const xtask = process.env.HOLDFAST_XTASK ?? here('../../../target/debug/xtask');
  const roots = ['--root', `conformance=${here('..')}`];
  if (process.env.HOLDFAST_PKG) roots.push('--root', `pkg=${process.env.HOLDFAST_PKG}`);
  const child = spawn(xtask, ['serve', '--port', '0', '--until-eof', ...roots], { stdio: ['pipe', 'pipe', 'inherit'] });
  const address = await new Promise((resolve, reject) => {
    let output = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(Error(`the fault server ended with ${code} before it listened`)));
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const found = /listening on (http:\/\/\S+)\//.exec(output);
      if (found) resolve(found[1]);
    });
  });
  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null) return resolve();
      child.once('exit', resolve);
      child.stdin.end();
    });
  return { address, stop };
}
