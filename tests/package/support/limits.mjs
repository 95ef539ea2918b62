/**
 * Nothing waits for ever in a process of tests. Loaded before its files: `node --test --import …/limits.mjs`.
 *
 * - A hook has a time limit, also one that asks for none: Node's runner has no default for them, and a hook that hangs keeps its file.
 * - A process in which no test or hook begins or ends for long, or that has used up the time of its file, says which tests are running and what it
 *   waits for, and ends. The runner would end it without a word.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';

/** For a hang, not for a slow machine: to end a browser takes two commands of a driver, and each of them has two minutes. */
const HOOK_MS = Number(process.env.HOLDFAST_HOOK_MS ?? 300_000);
/** Longer than any test's own limit. */
const QUIET_MS = Number(process.env.HOLDFAST_QUIET_MS ?? 600_000);
/** The runner's limit for a file. The runner gives its own flags to the processes that it starts. */
const given = process.execArgv.findLast((flag) => flag.startsWith('--test-timeout='))?.split('=')[1];
const FILE_MS = Number(process.env.HOLDFAST_FILE_MS ?? given ?? 1_800_000);

const begun = performance.now();
let lastMove = begun;
/** When each of the running tests has begun, by its context. */
const running = new Map();
/** The places where the running hooks were made, and the times when they began. */
const hooks = new Map();

const move = () => {
  lastMove = performance.now();
};
const nameOf = (context) => context.fullName ?? context.name;
const seconds = (since) => `${Math.round((performance.now() - since) / 1_000)} s`;

/** Returns the running tests and hooks of this process, and the resources that keep it alive. */
function describe() {
  const counts = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  const lines = [
    ...[...running].map(([context, since]) => `  running for ${seconds(since)}: ${nameOf(context)}`),
    ...[...hooks].map(([{ where }, since]) => `  a hook runs for ${seconds(since)}: ${where}`),
  ];
  const resources = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return [...(lines.length ? lines : ['  no test is running']), `  waits for: ${resources.join(', ') || 'nothing'}`].join('\n');
}

/** The line of a file that called, for a hook outside of tests. */
const caller = () => Error().stack.split('\n').slice(3, 4).join('').trim();

/** A hook that says so if it reaches its limit. The runner's own message has neither its place nor its name. */
function limited(hook, { timeout = HOOK_MS, ...options } = {}, where) {
  const run = async (...args) => {
    const key = { where };
    hooks.set(key, performance.now());
    const late = setTimeout(() => {
      hooks.delete(key);
      console.error(`a hook has not ended in ${timeout} ms: ${where}\n${describe()}`);
    }, timeout);
    try {
      return await hook?.(...args);
    } finally {
      clearTimeout(late);
      hooks.delete(key);
      move();
    }
  };
  // Else the runner's own timer may be first, and this one ends with the process.
  return [run, { ...options, timeout: timeout + 100 }];
}

function watch() {
  const runner = createRequire(import.meta.url)('node:test');
  for (const kind of ['before', 'after', 'beforeEach', 'afterEach']) {
    const original = runner[kind];
    runner[kind] = (hook, options) => original(...limited(hook, options, `${kind}() ${caller()}`));
  }
  syncBuiltinESMExports();
  runner.beforeEach((context) => {
    move();
    running.set(context, performance.now());
    if (!context.after) return;
    const { after } = context;
    context.after = (hook, options) => after.call(context, ...limited(hook, options, `after() of “${nameOf(context)}”`));
  });
  runner.afterEach((context) => {
    move();
    running.delete(context);
  });
  const end = (why) => {
    console.error(`the tests of this process did not end: ${why}\n${describe()}`);
    process.exit(1);
  };
  const soon = () => end(`the runner would end it soon, after ${FILE_MS} ms`);
  setTimeout(soon, FILE_MS * 0.9 - performance.now()).unref();
  setInterval(() => {
    // A running hook has a limit of its own.
    if (!hooks.size && performance.now() - lastMove > QUIET_MS) end(`no test has begun or ended in ${QUIET_MS} ms`);
  }, QUIET_MS / 20).unref();
}

// Not in the runner itself, nor in a file that is run without it.
if (process.env.NODE_TEST_CONTEXT) watch();
