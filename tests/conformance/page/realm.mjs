/**
 * Runs cases in the realm it is loaded in: a page, an iframe or a worker. Each case runs with every class, the classes one right
 * after the other, on endpoints of their own; several cases run side by side.
 */
import { Trial } from './trial.mjs';

/** For a hang, not for a slow machine. */
const DEADLINE = 30_000;

/**
 * How many cases run side by side. Chromium delays a handshake the more are under way, by seconds from about 15 on
 * (its defence against port scans), and would have every case miss its deadline.
 */
const ABREAST = 8;

/**
 * Another order, always the same. The browser also counts how many handshakes failed of late, and many cases that fail stand
 * together.
 */
function spread(items) {
  const stride = 97;
  return Array.from({ length: stride }, (_, start) => items.filter((_, index) => index % stride === start)).flat();
}

let endpoints = 0;

async function runTrial(run, WebSocket, where) {
  // All of one length: some cases count bytes.
  const endpoint = `${where}${String(++endpoints).padStart(5, '0')}z`;
  const trial = WebSocket.makeTrial?.(endpoint) ?? new Trial(WebSocket, endpoint);
  let timer;
  const deadline = new Promise((resolve) => {
    timer = setTimeout(resolve, DEADLINE, 'deadline');
  });
  const finished = (async () => run(trial))().then(
    () => 'finished',
    (error) => `the case threw ${error?.stack ?? error}`,
  );
  const outcome = await Promise.race([finished, deadline]);
  clearTimeout(timer);
  const record = [...trial.record];
  trial.tidy();
  return { outcome: outcome.replaceAll(trial.endpoint, 'ENDPOINT'), record, trial };
}

/** Returns what the server has seen of each class's endpoint, where the classes differ: for the message of a failed test. */
async function serverSide(trials, results) {
  if (new Set(Object.values(results).map((result) => JSON.stringify(result))).size === 1) return undefined;
  const ask = async ([variant, trial]) => [variant, await trial.seen().catch(String)];
  const late = new Promise((resolve) => setTimeout(resolve, DEADLINE, 'no answer'));
  return Promise.race([Promise.all(Object.entries(trials).map(ask)).then(Object.fromEntries), late]);
}

/** `classes` by name; one may be what makes a trial with a class of its own. Returns, by name of the case and then of the class, what was recorded; of those that differ `server`, too. */
export async function runCases(cases, classes, where) {
  const results = {};
  const waiting = spread(Object.entries(cases));
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, run] = next;
      // In a task of its own: the one before may have ended in a listener, where `window.event` is set.
      await new Promise((done) => setTimeout(done));
      results[name] = {};
      const trials = {};
      for (const [variant, WebSocket] of Object.entries(classes)) {
        const { trial, ...result } = await runTrial(run, WebSocket, where);
        results[name][variant] = result;
        trials[variant] = trial;
      }
      results[name].server = await serverSide(trials, results[name]);
      for (const trial of Object.values(trials)) trial.forget();
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, lane));
  return results;
}

/**
 * The classes to compare: the browser's, ours as it stands in for that, and ours as it comes.
 * Without ours, the browser's in its place: a case that then differs from itself is not stable.
 */
export function classes(ours) {
  const native = globalThis.WebSocket;
  return { native, plain: ours?.with({ reconnect: false }) ?? native, default: ours ?? native };
}
