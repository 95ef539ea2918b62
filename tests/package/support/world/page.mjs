/** A page of a world: the same members as a page of a browser, as far as tests of rules use them. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pkg } from '../server.mjs';
import { makeFaultServer } from './fault-server.mjs';

const { world } = await import(pathToFileURL(resolve(pkg, 'dist/testing.mjs')));

const probe = readFileSync(new URL('../probe.js', import.meta.url), 'utf8');

/** In virtual time. A test that waits longer waits in vain. */
const PATIENCE_MS = 600_000;

/** Has code see the page's globals before the platform's. The platform's others can be read: `Promise`, `JSON`. */
function compile(source, scope) {
  // Tests are modules, and so strict; `with` is for sloppy code only.
  return new Function('scope', `with (scope) { return (${source}); }`)(scope);
}

/** The page's `globalThis`. */
const globalOf = (globals) =>
  new Proxy(globals, {
    get: (_, key) => (key in globals ? globals[key] : key === Symbol.unscopables ? undefined : Reflect.get(globalThis, key)),
  });

export class WorldPage {
  /** As pages of browsers have them. */
  uncaught = [];
  complaints = [];

  #world;
  #server;
  #globals;
  #scope;
  /** The waits of the test, each with a function that gives it up. */
  #pending = new Set();
  /** A world knows no event of the page for what nobody caught. */
  #errorListeners = [];
  #pump;

  constructor() {
    this.#world = world();
    // As on one machine.
    this.#world.network.latency({ up: 0.1, down: 0.1 });
    this.#server = makeFaultServer(this.#world);
    this.#globals = Object.assign(this.#world.globals, { Holdfast: { WebSocket: this.#world.WebSocket } });
    this.#scope = globalOf(this.#globals);
    const scope = this.#scope;
    const { addEventListener } = this.#globals;
    const listen = (type, listener, ...more) =>
      type === 'error' ? this.#errorListeners.push(listener) : addEventListener(type, listener, ...more);
    const PageFunction = new Proxy(Function, {
      construct: (_, given) => compile(`function (${given.slice(0, -1)}) { ${given.at(-1)} }`, scope),
    });
    Object.assign(this.#globals, {
      globalThis: scope,
      window: scope,
      self: scope,
      Function: PageFunction,
      addEventListener: listen,
    });
    this.#addProbe();
  }

  /** Its waiting is none of the page's timers, so that the page's timers are those of the class alone. */
  #addProbe() {
    const { setTimeout, clearTimeout } = this.#world.globals;
    const later = (run, ms) => this.#server.after(ms, run);
    const fetch = async (path) => {
      await new Promise((done) => later(done, 1));
      return this.#server.fetch(path);
    };
    Object.assign(this.#globals, { setTimeout: later, clearTimeout() {}, fetch });
    compile(`function () { ${probe} }`, this.#scope)();
    Object.assign(this.#globals, { setTimeout, clearTimeout });
    this.#globals.probe.timers = () => {
      const timers = this.#world.leaks().find((leak) => /^\d+ timers? set/.test(leak));
      return timers ? Number.parseInt(timers, 10) : 0;
    };
  }

  /** Runs a function in the page, with an argument that JSON can carry. Meanwhile time passes. */
  evaluate(run, argument) {
    const call = compile(String(run), this.#scope);
    return this.#wait(Promise.resolve(structuredClone(argument)).then(call)).then(structuredClone);
  }

  /** Lets time pass until a condition holds. */
  until(condition, what = condition) {
    const end = this.#world.now + PATIENCE_MS;
    return this.#wait(
      new Promise((resolve, reject) => {
        const look = async () => {
          try {
            const value = await condition();
            if (value) resolve(value);
            else if (this.#world.now > end) reject(Error(`waited in vain for ${what}`));
            else this.#server.after(5, look);
          } catch (error) {
            reject(error);
          }
        };
        look();
      }),
    );
  }

  endpoint(name) {
    return this.#server.endpoint(name, this);
  }

  setOffline(offline) {
    if (offline) this.#world.network.offline();
    else this.#world.network.online();
  }

  /** The end of the world's log: for messages of failed tests. */
  get connections() {
    return this.#world.transcript.trimEnd().split('\n').slice(-20);
  }

  end() {
    this.#world.dispose({ leaks: 'ignore' });
  }

  async #wait(work) {
    let giveUp;
    const inVain = new Promise((_, reject) => {
      giveUp = reject;
    });
    const wait = { giveUp, isOver: false };
    const over = () => {
      wait.isOver = true;
    };
    work.then(over, over);
    this.#pending.add(wait);
    this.#pump ??= this.#run();
    try {
      return await Promise.race([work, inVain]);
    } finally {
      this.#pending.delete(wait);
    }
  }

  async #run() {
    const isOver = () => [...this.#pending].some((wait) => wait.isOver);
    while (this.#pending.size) {
      const begun = this.#world.now;
      try {
        await this.#world.until(isOver, { within: PATIENCE_MS });
      } catch (error) {
        if (this.#world.now - begun >= PATIENCE_MS) for (const { giveUp } of this.#pending) giveUp(error);
        else for (const each of error instanceof AggregateError ? error.errors : [error]) this.#report(each);
      }
      for (const wait of this.#pending) if (wait.isOver) this.#pending.delete(wait);
      // Those who waited go on, and may wait again.
      await new Promise(setImmediate);
    }
    this.#pump = undefined;
  }

  #report(error) {
    this.uncaught.push(String(error));
    for (const listener of this.#errorListeners) listener({ type: 'error', error, message: String(error) });
  }
}
