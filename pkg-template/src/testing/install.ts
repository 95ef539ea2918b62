/** Puts a world in the place of the platform's globals, until its end. */
import type { World as Machine } from 'holdfast:machine';
import { pageEvent, targetOf } from './page-events';
import { type Scope, visibility } from './scope';

/** The parts of a world that are installed. */
interface InstalledWorld {
  readonly _machine: Machine;
  readonly globals: Scope;
  _alsoDispatch: (type: string, persisted: boolean) => void;
  _atEnd(cleanup: () => void): void;
}

const TIMERS = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'];

type Target = { [name: string]: unknown };

let installed = false;

/** Replaces properties of the platform's objects. `document`, `navigator` and `performance` stay the platform's own. */
export function install(world: InstalledWorld, native: unknown): void {
  // Two would put the globals back in the wrong order.
  if (installed) throw Error('a world is installed already: dispose of it first');
  installed = true;
  world._atEnd(() => {
    installed = false;
  });
  const replace = (target: object, name: string, property: PropertyDescriptor) => {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { configurable: true, ...property });
    world._atEnd(() => {
      if (before) Object.defineProperty(target, name, before);
      else Reflect.deleteProperty(target, name);
    });
  };
  const platform = globalThis as unknown as Target;
  const put = (name: string, value: unknown) => replace(platform, name, { value, writable: true, enumerable: true });
  put('WebSocket', native);
  put('Date', world.globals.Date);
  // The page may be loaded anew, and has other timers then.
  for (const name of TIMERS)
    put(name, (...given: unknown[]) => (world.globals[name] as (...given: unknown[]) => unknown)(...given));
  if (!platform.CloseEvent) put('CloseEvent', world.globals.CloseEvent);
  replace(Math, 'random', { value: () => world._machine.random(), writable: true });
  const { performance, navigator, document } = platform as { [name: string]: object | undefined };
  if (performance) replace(performance, 'now', { value: () => world._machine.page_now(), writable: true });
  if (navigator) replace(navigator, 'onLine', { get: () => world._machine.online() });
  if (document) {
    const properties = visibility(() => world._machine);
    for (const name of Object.keys(properties)) replace(document, name, properties[name] as PropertyDescriptor);
  }
  // Node is no EventTarget; a library that looks for these finds the world's.
  if (!platform.addEventListener) {
    put('addEventListener', (...given: unknown[]) =>
      (world.globals.addEventListener as (...given: unknown[]) => void)(...given),
    );
    put('removeEventListener', (...given: unknown[]) =>
      (world.globals.removeEventListener as (...given: unknown[]) => void)(...given),
    );
  } else {
    world._alsoDispatch = (type, persisted) => {
      const target = targetOf(type) === 'document' ? document : platform;
      (target as unknown as EventTarget | undefined)?.dispatchEvent(pageEvent(type, persisted));
    };
    world._atEnd(() => {
      world._alsoDispatch = () => {};
    });
  }
}
