/** The machine and the browser of a measurement. No host name: it says nothing. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, type } from 'node:os';

const manifest = (at) => JSON.parse(readFileSync(new URL(at, import.meta.url), 'utf8'));

function system() {
  try {
    return /^PRETTY_NAME="(.+)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))[1];
  } catch {
    return type();
  }
}

export function machine(browser) {
  const { devDependencies: versions } = manifest('../package.json');
  return {
    kind: 'machine',
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? arch(),
    cores: cpus().length,
    load: loadavg()[0],
    system: system(),
    versions: [
      browser,
      execFileSync('rustc', ['--version']).toString().trim().split(' ').slice(0, 2).join(' '),
      `Node ${process.versions.node}`,
      ...['reconnecting-websocket', 'partysocket'].map((name) => `${name} ${versions[name]}`),
    ],
  };
}
