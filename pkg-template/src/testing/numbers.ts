/** The numbers that the world's wasm gives and takes: see `bindings-testing/src`. */

/** By number, as the machine has them in `Browser::ALL`. */
export const BROWSERS = ['chromium', 'firefox', 'webkit'] as const;

/** The kind of a step, by the number that `next()` returns; 0 means that nothing is due. */
export enum StepKind {
  None,
  Open,
  Message,
  Error,
  Close,
  Timer,
  Page,
  Request,
  Received,
  Tick,
  Left,
}

/** How a page's timers are throttled; 0 is by the browser's own rules. */
export const THROTTLES = ['browser', 'none', 'second', 'minute'] as const;

/** How a server answers handshakes, where it is no HTTP status. */
export const ACCEPT = 0;
export const HANG = 1;
