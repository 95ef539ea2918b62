/**
 * Runs the test files of the current folder in a few processes: `node run.mjs [PROCESSES]`. Each process keeps one server and one
 * browser for all its files, because Firefox takes five seconds of CPU time to start, Chromium one. `HOLDFAST_FILES` names files to
 * run instead of all, each in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ENGINE } from './engine.mjs';

/** Files that measure or end their own process, or wait: each has a process to itself. */
const ALONE = ['chaos', 'limits'];
/** Files that take the longest, so that they are spread over the processes. */
const LONG = ['leaks', 'lifecycle', 'background', 'page', 'hidden', 'lab', 'tabs', 'frozen', 'unload', 'matrix'];
/**
 * Files about code that is the same in every browser, so that one is enough: calls that are counted, code of documents, another
 * library, limits of the tests themselves.
 */
const ONCE = ['benchmarks', 'crossings', 'jayson', 'limits', 'questions', 'tutorial'];

/** How many processes there are. WebKit waits the most, Firefox takes the longest to start. A world never waits. */
const WIDTHS = { chromium: 2, firefox: 2, webkit: 3, world: 1 };

const named = (names) => names.map((name) => `${name}.test.mjs`);

/** True for a file with tests that run here. Some need no browser but a world. */
function runsHere(file) {
  if (ENGINE === 'world') return /\binWorld\b|\binReadyWorld\b/.test(readFileSync(file, 'utf8'));
  return ENGINE === 'chromium' || process.env.HOLDFAST_FILES || !named(ONCE).includes(file);
}

/** The files of each process. */
function shards() {
  const all = readdirSync('.').filter((file) => file.endsWith('.test.mjs') && runsHere(file));
  const [alone, long] = [ALONE, LONG].map((names) => named(names).filter((file) => all.includes(file)));
  const shared = [...long, ...all.filter((file) => !alone.includes(file) && !long.includes(file)).sort()];
  const width = Number(process.argv[2]) || WIDTHS[ENGINE];
  const shares = Array.from({ length: width }, (_, share) => shared.filter((_, index) => index % width === share));
  return [...alone.map((file) => [file]), ...shares];
}

/** Static imports: once the tests there are have ended, Node runs the `after()` of a process, whatever is imported later. */
function write(folder, files, number) {
  const path = join(folder, `${number + 1}.mjs`);
  writeFileSync(path, files.map((file) => `import '${pathToFileURL(resolve(file))}';\n`).join(''));
  return path;
}

const chosen = process.env.HOLDFAST_FILES?.split(' ').filter(Boolean).filter(runsHere);
if (chosen && !chosen.length) {
  console.log('# no test of these files runs here');
  process.exit();
}
const folder = mkdtempSync(join(tmpdir(), 'holdfast-ws-'));
const files = chosen ?? shards().map((share, number) => write(folder, share, number));
// Against hangs: for Node's runner a file is a test.
const minutes = chosen ? 15 : 28;
// Node 20 that ends by itself may spin for ever: its count of handles that still close never becomes zero, after a browser was driven.
const flags = [
  '--import',
  new URL('limits.mjs', import.meta.url).href,
  '--test',
  '--test-force-exit',
  `--test-timeout=${minutes * 60_000}`,
  `--test-concurrency=${chosen ? 2 : files.length}`,
];
const { status } = spawnSync(process.execPath, [...flags, ...files], { stdio: 'inherit' });
rmSync(folder, { recursive: true });
process.exit(status ?? 1);
