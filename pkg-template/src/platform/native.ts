/** The wrapper's base: the platform's EventTarget, its error reports, and, under zone.js, its root zone. */

/** The prototype of the browser's EventTarget. Absent while rendering on a server. */
export const native = globalThis.EventTarget?.prototype;

export const isObject = (value: unknown): value is object => Object(value) === value;

/** Defines the members of an object literal on another object, with the functions' own names. */
export function defineMembers(target: object, members: object, enumerable = true): void {
  for (const key of Reflect.ownKeys(members))
    Object.defineProperty(target, key, { ...Object.getOwnPropertyDescriptor(members, key), enumerable });
}

/** Adds a listener to the page or worker, or removes it. There may be neither, as in Node. */
export const listenToPage = (on: boolean, type: string, listener: unknown, capture?: boolean): void =>
  globalThis[on ? 'addEventListener' : 'removeEventListener']?.(type, listener as EventListener, capture);

/** `[object ArrayBuffer]` is 'ArrayBuffer', from whichever frame it comes. */
export const tag = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** Reports an exception as the browser reports an uncaught one, to `window.onerror`, and goes on. */
export function report(error: unknown): void {
  if ('reportError' in globalThis) reportError(error);
  else
    setTimeout(() => {
      throw error;
    });
}

/**
 * Reports why an attempt failed; another one may succeed. In engines without `reportError`, as in Node, an uncaught exception
 * ends the process, so there it is only logged.
 */
export function reportFailure(error: unknown): void {
  if ('reportError' in globalThis) reportError(error);
  else console.error(error);
}

/** Runs a function of the user's. Its exceptions are reported, as a listener's are. */
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

/** Runs a function of the platform's. Its exceptions are ignored, because nobody can act on them. */
export function quietly<T>(call: () => T): T | undefined;
export function quietly<T>(call: () => T, otherwise: T): T;
export function quietly<T>(call: () => T, otherwise?: T): T | undefined {
  try {
    return call();
  } catch {
    return otherwise;
  }
}

export function isPromise(value: unknown): value is Promise<unknown> {
  try {
    return typeof (value as Promise<unknown>)?.then === 'function';
  } catch {
    return false;
  }
}

/** A zone of zone.js: see https://github.com/angular/angular/tree/main/packages/zone.js */
export interface Zone {
  run<T>(call: () => T): T;
  runGuarded(call: (event: Event) => unknown, self: unknown, given: [Event]): unknown;
}

const zones = () => (globalThis as { Zone?: { root?: Zone; current?: Zone } }).Zone;

/** The zone of the code that is running, if there are zones. */
export const currentZone = (): Zone | undefined => zones()?.current;

/** Runs it in the root zone, so that our timers and listeners keep no zone of the application's from being stable. */
export function inRootZone<T>(call: () => T): T {
  const root = zones()?.root;
  return root ? root.run(call) : call();
}

/** Calls a listener in the zone it was added in; there its errors are that zone's to handle. */
export const callInZone = (zone: Zone | undefined, call: (event: Event) => unknown, self: unknown, event: Event): unknown =>
  zone ? zone.runGuarded(call, self, [event]) : call.call(self, event);

/** The core's timer. Looked up at each call: a test may have put a clock of its own in its place. */
export const setTimer = (ring: () => void, wait: number): unknown => inRootZone(() => setTimeout(ring, wait));
