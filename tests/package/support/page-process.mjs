/** The process of a page: drivers don't tell it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Returns the processes of this machine, each with the processor time that it has used, in the kernel's ticks. */
function ticksOfAll() {
  const all = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, rest] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?=[A-Z] )/);
      const fields = rest.split(' ');
      all.set(Number(pid), Number(fields[11]) + Number(fields[12]));
    } catch {
      // It has ended.
    }
  }
  return all;
}

/** True for what engines call the processes that pages run in. */
function isOfPages(pid) {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return /WebKitWebProcess|-contentproc|--type=renderer/.test(command);
  } catch {
    return false;
  }
}

/** Returns the process that works while the page does. Others may be as busy, so it is looked for until the same one is found twice. */
export async function processOf(page) {
  let last;
  for (;;) {
    const before = ticksOfAll();
    await page.evaluate(() => {
      for (const end = Date.now() + 700; Date.now() < end; );
    });
    const used = [...ticksOfAll()]
      .filter(([pid]) => isOfPages(pid))
      .map(([pid, ticks]) => [ticks - (before.get(pid) ?? ticks), pid]);
    const [, pid] = used.sort(([one], [other]) => other - one)[0];
    if (pid === last) return pid;
    last = pid;
  }
}
