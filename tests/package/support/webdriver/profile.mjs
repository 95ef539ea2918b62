/**
 * Profiles of Firefox. With an empty one it sets itself up and compiles its own scripts at every start, which takes as much CPU time as the
 * start itself; and a browser that is killed never stores them. So one is used once, and each browser gets a copy of that.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { removeFolder } from '../remove.mjs';
import { repository } from '../server.mjs';

/** Of this process and of a browser's windows, not of a profile. */
const LEFT_OUT = /^(lock|\.parentlock|sessionstore.*|sessionCheckpoints\.json|cache2|crashes|minidumps|storage)$/;

/** One for each version of the program: another one would set the profile up again. */
function template() {
  const program = process.env.HOLDFAST_FIREFOX ?? '/usr/bin/firefox-esr';
  const installed = existsSync(program) ? Math.round(statSync(program).mtimeMs) : 0;
  return join(repository, 'target/firefox-profiles', String(installed));
}

/** Makes the used profile, unless there is one. `start` starts a browser with a profile, and ends it. */
async function provide(start) {
  const used = template();
  if (existsSync(used)) return used;
  mkdirSync(dirname(used), { recursive: true });
  const making = mkdtempSync(`${used}-`);
  try {
    await start(making);
    renameSync(making, used);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(used)) throw error;
  }
  return used;
}

/** Fills an empty folder. */
export async function fillProfile(folder, start) {
  if (readdirSync(folder).length) return;
  const from = await provide(start);
  cpSync(from, folder, { recursive: true, filter: (path) => path === from || !LEFT_OUT.test(basename(path)) });
}

/** Makes a folder for a browser, and returns it with a function that removes it. */
export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-firefox-'));
  const atExit = () => rmSync(folder, { recursive: true, force: true });
  // The runner may end this process before its hooks have.
  process.once('exit', atExit);
  const remove = () => removeFolder(folder).finally(() => process.off('exit', atExit));
  return { folder, remove };
}
