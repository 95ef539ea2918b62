/**
 * The browser's own WebSocket class. Taken at import, so that ours may be installed as `globalThis.WebSocket` without calling
 * itself; looked for again at the first constructor, for an engine that gets one from a polyfill loaded later.
 */
export let Native = globalThis.WebSocket;

/** Called by the first constructor, never by an import. */
export function findNative(): void {
  Native ||= globalThis.WebSocket;
}

/** Of the browser's EventTarget. Absent while rendering on a server. */
export const native = globalThis.EventTarget?.prototype;

export const isObject = (value: unknown): value is object => Object(value) === value;

/** What the browser does with an exception nobody caught: tells `window.onerror` and goes on. */
export function report(error: unknown): void {
  if ('reportError' in globalThis) reportError(error);
  else
    setTimeout(() => {
      throw error;
    });
}

/** Runs a function of the user's; what it throws is reported, as a listener's exception is. */
export function guard<T>(call: () => T): T | undefined;
export function guard<T>(call: () => T, otherwise: T): T;
export function guard<T>(call: () => T, otherwise?: T): T | undefined {
  try {
    return call();
  } catch (error) {
    report(error);
    return otherwise;
  }
}
