/** The globals that the class sees in a world: the platform's own, but for clocks, timers, chance, the page and the network. */
import { GLOBALS, makePackage } from 'holdfast:class';
import type { World as Machine } from 'holdfast:machine';
import type { PageEvents } from './page-events';
import { stampedClass } from './stamp';
import type { Timers } from './timers';

/** The page's globals, by name. */
export type Scope = { [name: string]: unknown };

/** The parts of a world that the globals use. */
interface ScopeWorld {
  readonly _machine: Machine;
  readonly _closeEvent: typeof CloseEvent;
  readonly _stamp: (event: Event) => Event;
  readonly _reportError: (error: unknown) => void;
}

/** The exports of `inside.ts`. */
export interface Package {
  WebSocket: unknown;
  pendingPromises(): string[];
}

/** A WeakRef, a WeakMap and a FinalizationRegistry of a world: when the platform collects garbage is chance. */
class StrongRef<T> {
  readonly #value: T;
  constructor(value: T) {
    this.#value = value;
  }
  deref(): T {
    return this.#value;
  }
}

class NoRegistry {
  register(): void {}
  unregister(): void {}
}

let compiled: WebAssembly.Module | undefined;

/** Compiles once what each world instantiates. */
const wasm = {
  Module: Object.assign(
    function Module(bytes: BufferSource): WebAssembly.Module {
      compiled ??= new WebAssembly.Module(bytes);
      return compiled;
    },
    { imports: (module: WebAssembly.Module) => WebAssembly.Module.imports(module) },
  ),
  get Instance() {
    return WebAssembly.Instance;
  },
};

/** `Date`, by the world's wall clock. */
function makeDateClass(machine: () => Machine): DateConstructor {
  const { Date: Real } = globalThis;
  const Virtual = class extends Real {
    constructor(...given: unknown[]) {
      if (given.length) super(...(given as [number]));
      else super(machine().wall_now());
    }
    static now(): number {
      return machine().wall_now();
    }
  };
  Object.defineProperty(Virtual, 'name', { value: 'Date' });
  return new Proxy(Virtual, {
    apply: () => new Virtual().toString(),
  }) as unknown as DateConstructor;
}

const onLine = (machine: () => Machine) => ({ get: () => machine().online(), configurable: true });

/** The members of the document that tell whether the page is hidden. */
export const visibility = (machine: () => Machine): PropertyDescriptorMap => ({
  hidden: { get: () => machine().hidden(), configurable: true },
  visibilityState: { get: () => (machine().hidden() ? 'hidden' : 'visible'), configurable: true },
});

/** The globals of one page. */
export function makeScope(world: ScopeWorld, timers: Timers, events: PageEvents, native: unknown): Scope {
  const machine = () => world._machine;
  const { URL: RealURL, performance: real } = globalThis;
  const now = () => machine().page_now();
  return {
    WebSocket: native,
    Event: stampedClass(Event, world._stamp),
    MessageEvent: stampedClass(MessageEvent, world._stamp),
    CloseEvent: stampedClass(world._closeEvent, world._stamp),
    setTimeout: timers.setTimeout,
    setInterval: timers.setInterval,
    clearTimeout: timers.clear,
    clearInterval: timers.clear,
    Worker: timers.workerClass(),
    performance: Object.create(real ?? null, { now: { value: now } }),
    Date: makeDateClass(machine),
    Math: Object.create(Math, { random: { value: () => machine().random(), writable: true } }),
    reportError: world._reportError,
    addEventListener: events.add,
    removeEventListener: events.remove,
    document: Object.defineProperties(events.document, visibility(machine)),
    navigator: Object.create(null, { onLine: onLine(machine) }),
    // jsdom has no createObjectURL; the worker ignores what it is.
    URL: class URL extends RealURL {
      static createObjectURL = () => 'blob:world';
    },
    WeakRef: StrongRef,
    WeakMap: Map,
    FinalizationRegistry: NoRegistry,
    WebAssembly: wasm,
  };
}

/** Stands for `globalThis`. Its other properties are read when they are asked for, because a test may set them. */
function globalOf(scope: Scope): unknown {
  return new Proxy(Object.create(null), {
    get: (_, key) => (key in scope ? scope[key as string] : Reflect.get(globalThis, key)),
    has: (_, key) => key in scope || key in globalThis,
  });
}

/** Makes the class of one page. */
export const makePackageIn = (scope: Scope): Package =>
  makePackage(...GLOBALS.map((name) => (name === 'globalThis' ? globalOf(scope) : scope[name]))) as Package;
