/** Builds the projects, each by its tool's own command. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const projects = resolve(dirname(fileURLToPath(import.meta.url)), '../projects');
export const work = resolve('.work');

export const env = {
  ...process.env,
  PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter),
  NO_COLOR: '1',
  CI: '1',
  NEXT_TELEMETRY_DISABLED: '1',
};
// Of npm and of node:test, which the tools must not take for their own.
for (const name of ['NODE_ENV', 'NODE_TEST_CONTEXT', 'FORCE_COLOR']) delete env[name];

/** Runs a tool of the project's, or node, and gives what it printed. */
export async function run(folder, command, ...given) {
  const program = command === 'node' ? process.execPath : command;
  const { stdout } = await promisify(execFile)(program, given, {
    cwd: folder,
    env,
    timeout: 280_000,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 24,
  }).catch((error) => {
    throw Error(`${[command, ...given].join(' ')}: ${error.message}\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

/** A copy of a folder beside the installed package. */
export function copyFolder(from, name) {
  const folder = resolve(work, name);
  cpSync(from, folder, { recursive: true });
  return folder;
}

/** Of a project, under a name of its own. */
export const copy = (project, name = project) => copyFolder(resolve(projects, project), name);

/** The page of a tool that makes none. */
export function writePage(folder, script) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    resolve(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>app</title><link rel="icon" href="data:,"><p id="said"></p>${script}`,
  );
}
