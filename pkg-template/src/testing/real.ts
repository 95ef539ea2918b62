/** The real platform, as far as a world uses it. Captured at import, so before a test replaces timers by fake ones. */

type Builtin = { getBuiltinModule?(name: string): { [name: string]: unknown } | undefined };

const { process } = globalThis as { process?: Builtin };

/** Returns an export of a module of Node's, where there is one. */
export const ofNode = (module: string, name: string): unknown => process?.getBuiltinModule?.(module)?.[name];

const { MessageChannel, clearTimeout, performance, setTimeout } = globalThis;
const { now } = performance;

export const realTimeout = setTimeout;
const realClearTimeout = clearTimeout;
export const realNow = (): number => now.call(performance);

/** Calls back in a later task of the real event loop. */
function pickTask(): (run: () => void) => void {
  // Jest's jsdom environment has no `setImmediate`.
  const immediate = (globalThis as { setImmediate?: unknown }).setImmediate ?? ofNode('node:timers', 'setImmediate');
  if (typeof immediate === 'function') return (run) => immediate(run);
  if (!MessageChannel) return (run) => setTimeout(run);
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (run) => {
    waiting.push(run);
    port2.postMessage(0);
  };
}

const task = pickTask();

/** Lets all microtasks run, and what they start. */
export const runMicrotasks = (): Promise<void> => new Promise((resolve) => task(resolve));

/** In real time: enough for files and other processes. */
const SOON_MS = 10_000;

/** Awaits a promise while the world stands still. One that waits for the world would wait for ever. */
export function settledSoon<T>(given: PromiseLike<T>, name: string): Promise<T> {
  const promise = Promise.resolve(given);
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(Error(`${name} that isn't settled after ${SOON_MS / 1_000} s of real time; virtual time stands still meanwhile`));
    const timer = realTimeout(late, SOON_MS);
    promise.then(resolve, reject);
    promise.then(clear, clear);
    function clear() {
      realClearTimeout(timer);
    }
  });
}

/** Node has the class from version 23 on. */
export const makeCloseEventClass = (): typeof CloseEvent => globalThis.CloseEvent ?? ownCloseEvent();

function ownCloseEvent(): typeof CloseEvent {
  const own = class extends Event {
    readonly #init: CloseEventInit;
    constructor(type: string, init: CloseEventInit = {}) {
      super(type, init);
      this.#init = init;
    }
    get code(): number {
      return this.#init.code ?? 0;
    }
    get reason(): string {
      return this.#init.reason ?? '';
    }
    get wasClean(): boolean {
      return !!this.#init.wasClean;
    }
  };
  // A minifier takes a class its name.
  return Object.defineProperty(own, 'name', { value: 'CloseEvent' }) as unknown as typeof CloseEvent;
}

/** Reads a Blob: jsdom's has no `arrayBuffer()`. */
export function readBlob(blob: Blob): Promise<ArrayBuffer> {
  const { arrayBuffer } = Blob.prototype;
  if (typeof arrayBuffer === 'function') return arrayBuffer.call(blob);
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}
