/** A world: its time, and what is called when something happens. */
import { World as Machine } from 'holdfast:machine';
import { isPromise } from '../platform/native';
import { Attached, type FakeTimers } from './attach';
import { checkFunction, checkKeys, checkTime } from './check';
import { install } from './install';
import { makeNativeClass, type NativeSocket } from './native-socket';
import { Network } from './network';
import { BROWSERS, StepKind } from './numbers';
import { Page } from './page';
import { PageEvents } from './page-events';
import { Payloads } from './payloads';
import { makeCloseEventClass, runMicrotasks, settledSoon } from './real';
import { isRoutedPage, RealTime, type RoutedPage, routeSockets } from './real-time';
import { makePackageIn, makeScope, type Package, type Scope } from './scope';
import { type Connection, isSameServer, Server, type ServerOptions } from './server';
import { stamper } from './stamp';
import { startMachine } from './start';
import { carryOut } from './steps';
import { Timers } from './timers';

export interface WorldOptions {
  seed?: number;
  browser?: (typeof BROWSERS)[number];
  act?: (run: () => unknown) => unknown;
}

/** Steps with a text: a message, a reason, the type of an event. */
const WITH_TEXT = new Set([StepKind.Message, StepKind.Received, StepKind.Close, StepKind.Left, StepKind.Page]);

/** So many lines of the log are shown when a time is up. */
const SHOWN = 20;

/** So many timers are named among the leaks. */
const SHOWN_TIMERS = 5;

const OPTIONS = ['seed', 'browser', 'act'];

function browserNumber(browser: WorldOptions['browser'] = 'chromium'): number {
  const number = BROWSERS.indexOf(browser);
  if (number < 0) throw TypeError(`world() takes browser: ${BROWSERS.join(', ')}, not ${browser}`);
  return number;
}

export class World {
  readonly seed: number;
  readonly browser: (typeof BROWSERS)[number];
  readonly network: Network;
  readonly page: Page;
  readonly servers: Server[] = [];

  readonly _machine: Machine;
  readonly _payloads = new Payloads();
  readonly _sockets = new Map<number, NativeSocket>();
  readonly _connections = new Map<number, Connection>();
  readonly _ticks = new Map<number, () => void>();
  readonly _closeEvent = makeCloseEventClass();
  readonly _stamp = stamper(() => this._machine.page_now());
  /** Called whenever what is due next may have changed. */
  _changed: () => void = () => {};
  /** The page's events are dispatched there, too. */
  _alsoDispatch: (type: string, persisted: boolean) => void = () => {};
  /** Each step runs in it. */
  readonly #act: WorldOptions['act'];

  _timers!: Timers;
  _events!: PageEvents;
  #scope!: Scope;
  #package!: Package;
  #native!: typeof WebSocket;
  readonly #errors: unknown[] = [];
  #running: Promise<unknown> = Promise.resolve();
  _isDisposed = false;
  /** The condition of `until()` is being called. */
  #checks = false;
  #attached: Attached | undefined;
  #realTime: RealTime | undefined;
  readonly #cleanups: (() => void)[] = [];

  constructor(options: WorldOptions = {}) {
    if (Object(options) !== options) throw TypeError(`world() takes an object of options, not ${options}`);
    for (const key of Object.keys(options))
      if (!OPTIONS.includes(key)) throw TypeError(`world() takes ${OPTIONS.join(', ')}, not ${key}`);
    const { seed = 1, browser, act } = options;
    if (!Number.isSafeInteger(seed) || seed < 0) throw TypeError(`world() takes seed: an integer from 0 on, not ${seed}`);
    if (act !== undefined) checkFunction('world(): act', act);
    startMachine();
    this.seed = seed;
    this.#act = act;
    const number = browserNumber(browser);
    this.browser = BROWSERS[number] as (typeof BROWSERS)[number];
    this._machine = new Machine(number, seed);
    this.network = new Network(this);
    this.page = new Page(this);
    this._beginPage();
  }

  /** The class of the package, in this world. After `page.load()` it is another, as in a real page. */
  get WebSocket(): unknown {
    return this.#package.WebSocket;
  }

  /** The browser's own class, in this world. */
  get NativeWebSocket(): typeof WebSocket {
    return this.#native;
  }

  /** The globals of the page. */
  get globals(): Scope {
    return this.#scope;
  }

  get now(): number {
    return this._machine.now();
  }

  get log(): { at: number; text: string }[] {
    return Array.from({ length: this._machine.log_length() }, (_, index) => ({
      at: this._machine.log_time(index),
      text: this._machine.log_text(index),
    }));
  }

  get transcript(): string {
    return this._machine.transcript();
  }

  write(text: string): void {
    this._machine.write(text);
  }

  /** From 0 to 1. */
  random(): number {
    return this._machine.random();
  }

  server(url: string | URL, onConnection?: (connection: Connection) => unknown, options: ServerOptions = {}): Server {
    this._checkLives();
    const other = this.servers.find(({ url: taken }) => isSameServer(taken, `${url}`));
    if (other) throw TypeError(`there is a server at ${other.url} already`);
    const server = new Server(this, `${url}`, onConnection, options);
    this.servers.push(server);
    return server;
  }

  advance(time: number): Promise<void> {
    checkTime('advance()', time);
    return this.#inTurn(async () => {
      await this.#drain();
      const until = this.now + time;
      while (await this.#happen(until));
    });
  }

  settle(): Promise<void> {
    return this.advance(0);
  }

  until(condition: () => unknown, { within = 30_000 }: { within?: number } = {}): Promise<void> {
    checkFunction('until()', condition);
    checkTime('within', within);
    return this.#inTurn(async () => {
      await this.#drain();
      const until = this.now + within;
      while (!(await this.#check(condition))) {
        if (await this.#happen(until)) continue;
        if (await this.#check(condition)) return;
        throw Error(`it didn't hold within ${within} ms; the last that happened:\n${this.#lastLines()}`);
      }
    });
  }

  /** Lets time pass until a promise is settled. */
  async run<T>(work: PromiseLike<T> | (() => T | PromiseLike<T>), given: { within?: number } = {}): Promise<T> {
    this._checkLives();
    const promise = Promise.resolve(typeof work === 'function' ? work() : work);
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    await this.until(() => isSettled, given);
    return promise;
  }

  /** Calls a condition, which may not let time pass: it would wait for itself. */
  async #check(condition: () => unknown): Promise<unknown> {
    this.#checks = true;
    let answer: unknown;
    try {
      answer = condition();
    } finally {
      this.#checks = false;
    }
    return isPromise(answer) ? settledSoon(answer, 'the condition of until() returned a promise') : answer;
  }

  #lastLines(): string {
    const length = this._machine.log_length();
    const first = Math.max(0, length - SHOWN);
    return Array.from({ length: length - first }, (_, index) => this._machine.log_line(first + index)).join('\n');
  }

  /** One at a time: who doesn't await the last call gets no other order. */
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.#checks) throw Error('the condition of until() may not call advance(), settle() or until()');
    const result = this.#running.then(() => {
      this._checkLives();
      return run();
    });
    this.#running = result.catch(() => {});
    return result;
  }

  /** Lets one thing happen that is due by then, as `#step()` does; with another clock beside the world's, if there is one. */
  #happen(until: number): Promise<boolean> {
    // A listener may have ended the world.
    this._checkLives();
    if (this.#realTime) return this.#happenInRealTime(this.#realTime, until);
    return this.#attached ? this.#happenBeside(this.#attached, until) : this.#step(until);
  }

  async #happenBeside(other: Attached, until: number): Promise<boolean> {
    const { _machine: machine } = this;
    const [ours, theirs] = [machine.next_at(), other.nextAt];
    const limit = Math.min(theirs, until);
    if (ours <= limit) {
      await other.reach(ours);
      // What happens may be nothing that anybody notices.
      if ((await this.#step(ours)) || machine.next_at() > ours) return true;
    }
    if (await this.#step(limit)) return true;
    await other.reach(limit);
    await this.#drain();
    return theirs <= until;
  }

  /** The same, not before the real clock shows its time. */
  async #happenInRealTime(time: RealTime, until: number): Promise<boolean> {
    const { now } = time;
    if (await this.#step(Math.min(now, until))) return true;
    if (now >= until) return false;
    await time.wait(Math.min(this._machine.next_at(), until));
    return true;
  }

  /** Keeps the world at the real clock's time while the test awaits something else. What is thrown then, the next call rejects with. */
  async #keepTime(time: RealTime): Promise<void> {
    const catchUp = async () => {
      while (await this.#step(time.now));
    };
    while (!time.isStopped) {
      await this.#inTurn(() => catchUp().catch(this._reportError)).catch(() => {});
      await time.wait(this._machine.next_at());
    }
  }

  /** Lets one thing happen that is due by then, and all that follows from it at once. Returns false if there is nothing. */
  async #step(until: number): Promise<boolean> {
    const { _machine: machine } = this;
    const kind = machine.next(until);
    if (kind === StepKind.None) return false;
    const [subject, number, flag] = [machine.step_subject(), machine.step_number(), machine.step_flag()];
    const text = WITH_TEXT.has(kind) ? machine.step_text() : '';
    const isMessage = kind === StepKind.Message || kind === StepKind.Received;
    const reading = isMessage ? this._payloads.read(number) : undefined;
    if (reading) await reading;
    const step = () => this._run(() => carryOut(this, { kind, subject, number, text, flag }));
    const acted = this.#act ? this.#act(async () => step()) : step();
    if (isPromise(acted)) await settledSoon(acted, 'act() returned a promise');
    await runMicrotasks();
    this.#throwErrors();
    return true;
  }

  /** Lets microtasks run. What they, and the step before, threw and nobody caught is thrown here. */
  async #drain(): Promise<void> {
    await runMicrotasks();
    this.#throwErrors();
  }

  /** Runs a function of the test's or the application's. What it throws, or rejects with, `advance()` rejects with. */
  _run(call: () => unknown): void {
    try {
      const result = call();
      if (isPromise(result)) result.then(undefined, this._reportError);
    } catch (error) {
      this._reportError(error);
    }
  }

  readonly _reportError = (error: unknown): void => {
    this.#errors.push(error);
  };

  #throwErrors(): void {
    if (!this.#errors.length) return;
    const errors = this.#errors.splice(0);
    throw errors.length > 1 ? new AggregateError(errors, 'several exceptions were not caught') : errors[0];
  }

  /** Throws after the end of the world: nothing would happen in it. */
  _checkLives(): void {
    if (this._isDisposed) throw Error('the world is disposed of');
  }

  _beginPage(): void {
    this._timers = new Timers(this);
    this._events = new PageEvents();
    this.#native = makeNativeClass(this);
    this.#scope = makeScope(this, this._timers, this._events, this.#native);
    this.#package = makePackageIn(this.#scope);
  }

  _endPage(): void {
    this._timers.end();
    this._events = new PageEvents();
    this._sockets.clear();
  }

  leaks(): string[] {
    const { _machine: machine } = this;
    // Sockets, promises and timers of a page that was unloaded, or has crashed, went with it.
    if (machine.gone()) return [];
    const sockets = [...machine.open_sockets()].map((id) => `socket ${id} to ${machine.url(id)} is not closed`);
    const { set } = this._timers;
    const more = set.length > SHOWN_TIMERS ? ', …' : '';
    const timers = `${set.length} timer${set.length > 1 ? 's' : ''} set: ${set.slice(0, SHOWN_TIMERS).join(', ')}${more}`;
    return [...sockets, ...this.#package.pendingPromises(), ...(set.length ? [timers] : [])];
  }

  /** Puts this world's clock, timers, chance, page and network in the place of the platform's, until the world is disposed of. */
  install({ WebSocket = this.#native }: { WebSocket?: unknown } = {}): void {
    this._checkLives();
    install(this, WebSocket);
  }

  /** Makes one clock of this world's and another: of fake timers, or the real one, for a page of Playwright's. */
  attach(other: FakeTimers | RoutedPage): Promise<void> | void {
    this._checkLives();
    if (this.#attached || this.#realTime) throw Error('the world is attached already');
    if (isRoutedPage(other)) return this.#attachPage(other);
    this.#attached = new Attached(other, this.now);
    const advanceTimersByTimeAsync = other.advanceTimersByTimeAsync;
    // Their `advanceTimersByTimeAsync` is this world's `advance`.
    other.advanceTimersByTimeAsync = (time) => this.advance(time);
    this._atEnd(() => Object.assign(other, { advanceTimersByTimeAsync }));
  }

  async #attachPage(page: RoutedPage): Promise<void> {
    const time = new RealTime(this.now);
    this.#realTime = time;
    this._changed = () => time.wake();
    this._atEnd(() => time.stop());
    await routeSockets(this, page, time);
    this.#keepTime(time);
  }

  /** Runs when the world is disposed of. */
  _atEnd(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  dispose(options: { leaks?: 'throw' | 'ignore' } = {}): void {
    checkKeys('dispose()', options, ['leaks']);
    const { leaks = 'throw' } = options;
    if (leaks !== 'throw' && leaks !== 'ignore') throw TypeError(`dispose(): leaks takes throw, ignore, not ${leaks}`);
    if (this._isDisposed) return;
    this._isDisposed = true;
    for (const cleanup of this.#cleanups.splice(0).reverse()) cleanup();
    // A real page's sockets are its own.
    const left = leaks === 'throw' && !this.#realTime ? this.leaks() : [];
    this._endPage();
    this.#throwErrors();
    if (left.length) throw Error(`the world ends with leaks:\n  ${left.join('\n  ')}`);
  }
}

if (Symbol.dispose)
  Object.defineProperty(World.prototype, Symbol.dispose, {
    value(this: World) {
      this.dispose();
    },
  });

export const world = (options?: WorldOptions): World => new World(options);
