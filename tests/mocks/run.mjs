/** Runs Vitest in a Node that has a WebSocket: this one, or the one that the folder `tests/node` installs. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const packaged = resolve(here, `../node/node_modules/node24-${process.platform}-${process.arch}/bin/node`);
const node = globalThis.WebSocket || !existsSync(packaged) ? process.execPath : packaged;
const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
  cwd: here,
  stdio: 'inherit',
});
process.exit(status ?? 1);
