/** The clocks, and random numbers. Looked up at each call: a test may have put its own in their place. */

/** Milliseconds that never run backwards; they may stand still while the machine sleeps. */
export const now = (): number => performance.now();

/** Milliseconds since the Unix epoch, which the user may set. They go on while the machine sleeps. */
export const wallTime = (): number => Date.now();

/** For jitter: from 0 to 1. */
export const random = (): number => Math.random();
