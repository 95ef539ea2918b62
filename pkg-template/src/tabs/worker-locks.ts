/**
 * In the place of the locks of `locks.ts`, where a SharedWorker of the application's holds the connection: this tab never asks for the
 * first lock. It starts the worker, which does, and waits for the worker's end by that lock.
 */
import { throwTypeError } from '../platform/errors';
import { guard, report, setTimer } from '../platform/native';
import { end, type Held, type LockListener, Locks, nobody } from './locks';
import { WIRE_VERSION } from './options';
import type { Ask, TabsSettings } from './types';

/** How long a worker may take to have the lock before another is started: the first time, after the end of one, and at most. */
const FIRST_MS = 5_000;
const NEXT_MS = 1_000;
const MOST_MS = 10_000;

export class WorkerLocks extends Locks {
  readonly #settings: TabsSettings;
  readonly #replaced: (count: number) => void;
  /** How many workers have been replaced that hung, or did not start. Each has another name. */
  #count = 0;
  #worker: SharedWorker | undefined;
  #end: Held | undefined;
  #patience = FIRST_MS;
  #timer: unknown;

  /** `replaced` is called with the number of the worker that takes the place of one that hangs. */
  constructor(name: string, id: number, listener: LockListener, settings: TabsSettings, replaced: (count: number) => void) {
    super(name, id, listener);
    this.#settings = settings;
    this.#replaced = replaced;
  }

  override request(steal: boolean): void {
    if (steal) this.#replace(true);
    else this.#start(false);
  }

  override release(): void {
    end(this.#end);
    this.#end = undefined;
  }

  override async query(): Promise<void> {
    const holder = await this._lookUp();
    if (!holder) this.#start(false);
    this._listener.holder(holder);
  }

  override close(): void {
    super.close();
    this.#stopWaiting();
    this.#worker?.port.close();
    this.#worker = undefined;
  }

  /** Another tab has replaced a worker that hangs. */
  follow(count: number): void {
    if (!(count > this.#count)) return;
    this.#count = count;
    this.#start(false);
  }

  /** The worker has the connection: waits for its end. */
  watchHub(): void {
    this.#stopWaiting();
    this.#patience = NEXT_MS;
    if (this.#end) return;
    const held = this._hold(
      this._name,
      { mode: 'shared' },
      () => {
        held.release();
        if (this.#end !== held) return;
        this.#end = undefined;
        this.#start(false);
      },
      nobody,
    );
    this.#end = held;
  }

  /** Starts the worker if there is none, and asks it to hold the connection. */
  #start(steals: boolean): void {
    // The page is away.
    if (!this._isLive) return;
    const { key, identity, takeOverAfter, linger, replay, worker: start } = this.#settings;
    const ask: Ask = { version: WIRE_VERSION, name: this._name, steals, key, identity, takeOverAfter, linger, replay };
    guard(() => {
      this.#worker?.port.close();
      this.#worker = undefined;
      const worker = start?.(this.#count ? `#${this.#count}` : '');
      if (!worker?.port) throwTypeError('option tabs.worker returns a SharedWorker');
      this.#worker = worker;
      worker.onerror = () => report(Error('holdfast-ws/tabs: the script of the SharedWorker could not be loaded.'));
      // A worker of another version of the package.
      worker.port.onmessage = () => worker === this.#worker && this.#replace(false);
      worker.port.postMessage(ask);
    });
    this.#expectHub();
    this.#patience = Math.min(2 * this.#patience, MOST_MS);
  }

  /** A worker that has ended may still be found by its name. https://github.com/whatwg/html/issues/9933 */
  #expectHub(): void {
    clearTimeout(this.#timer as number);
    const timer = setTimer(async () => {
      // Whoever has the lock is there, and only slow. If it hangs, the machine finds out.
      const isThere = await this._lookUp();
      if (this.#timer !== timer) return;
      if (isThere) this.#expectHub();
      else this.#replace(false);
    }, this.#patience);
    this.#timer = timer;
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer as number);
    this.#timer = undefined;
  }

  #replace(steals: boolean): void {
    this.#count += 1;
    this.#replaced(this.#count);
    this.#start(steals);
  }
}
