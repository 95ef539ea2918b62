/** The SharedWorkers of a test in Chromium, and their processes. */
import { readFileSync } from 'node:fs';

/** Returns the targets of the workers that connect to this server. */
export async function workersOf(browser, { url }) {
  const { targetInfos } = await browser.send('Target.getTargets');
  return targetInfos.filter(({ type, title }) => type === 'shared_worker' && title.startsWith(url));
}

/** Runs something in a worker. Its debugger stays attached if `debugged`. */
export async function runInWorker(browser, { targetId }, expression, debugged = false) {
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  await browser.send('Runtime.evaluate', { expression }, sessionId).catch(() => {});
  if (!debugged) await browser.send('Target.detachFromTarget', { sessionId }).catch(() => {});
}

/** The processor time that a process has used, in the kernel's ticks. 0 if it is gone. */
function ticksOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

/**
 * Kills the process of a worker. DevTools has no process of a target, so it is the one that works while the worker does. A page may be
 * in it, too.
 */
export async function killProcess(browser, numbered) {
  const [worker] = await workersOf(browser, numbered);
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const before = pids.map(ticksOf);
  // Work, not time: on a busy machine a second may give a process nothing to do.
  await runInWorker(browser, worker, 'let sum = 0; for (let turn = 0; turn < 3e8; turn += 1) sum = (sum * 31 + turn) | 0;');
  const used = pids.map((pid, index) => ticksOf(pid) - before[index]);
  process.kill(pids[used.indexOf(Math.max(...used))], 'SIGKILL');
}
