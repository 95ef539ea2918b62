/** How tests wait for what must become true. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A limit for waiting. Between two checks it counts at most five seconds, so that a stall of the whole machine doesn't use it up: after
 * a stall, what is waited for still gets its time.
 */
export function patience(ms) {
  let left = ms;
  let checked = performance.now();
  /** Call it after each check that was in vain. Returns true while there is time left. */
  return () => {
    const now = performance.now();
    left -= Math.min(now - checked, 5_000);
    checked = now;
    return left > 0;
  };
}

/** In milliseconds: between the first two checks, and the most. */
const PAUSES = [20, 100];

/**
 * Pauses between checks. They get longer: what comes soon is seen soon, and what takes long is asked for less often, since each check takes
 * CPU time of a browser or a server.
 */
export function pacer([first, most] = PAUSES) {
  let ms = first;
  return async () => {
    await sleep(ms);
    ms = Math.min(ms * 1.25, most);
  };
}
