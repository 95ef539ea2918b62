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
