/** The page that the application runs in. */

import type { World as Machine } from 'holdfast:machine';
import { checkTime } from './check';
import type { Changing } from './network';
import { THROTTLES } from './numbers';

/** The parts of a world that a page uses. */
interface PageWorld extends Changing {
  /** The page is gone, or loaded anew: its timers, listeners and sockets are. */
  _endPage(): void;
  _beginPage(): void;
}

export class Page {
  readonly #world: PageWorld;

  constructor(world: PageWorld) {
    this.#world = world;
  }

  #do<T>(call: (machine: Machine) => T): T {
    const result = call(this.#world._machine);
    this.#world._changed();
    return result;
  }

  get isHidden(): boolean {
    return this.#world._machine.hidden();
  }

  get isGone(): boolean {
    return this.#world._machine.gone();
  }

  get isRunning(): boolean {
    return this.#world._machine.running();
  }

  hide(): void {
    this.#do((machine) => machine.hide());
  }

  show(): void {
    this.#do((machine) => machine.show());
  }

  throttle(by: (typeof THROTTLES)[number] = 'browser'): void {
    const number = THROTTLES.indexOf(by);
    if (number < 0) throw TypeError(`throttle() takes ${THROTTLES.join(', ')}, not ${by}`);
    this.#do((machine) => machine.throttle(number));
  }

  freeze(): void {
    this.#do((machine) => machine.freeze());
  }

  resume(): void {
    this.#do((machine) => machine.resume());
  }

  sleep(time: number): void {
    checkTime('sleep()', time);
    this.#do((machine) => machine.sleep(time));
  }

  wake(): void {
    this.#do((machine) => machine.wake());
  }

  block(time: number): void {
    checkTime('block()', time);
    this.#do((machine) => machine.block(time));
  }

  setClock(ahead: number): void {
    if (!Number.isFinite(ahead)) throw TypeError(`setClock() takes milliseconds, not ${ahead}`);
    this.#do((machine) => machine.set_clock(ahead));
  }

  leave(loading = 0): void {
    checkTime('leave()', loading);
    this.#do((machine) => machine.leave(loading));
  }

  back(): boolean {
    return this.#do((machine) => machine.back());
  }

  crash(): void {
    this.#do((machine) => machine.crash());
    this.#world._endPage();
  }

  load(): void {
    this.crash();
    this.#do((machine) => machine.load());
    this.#world._beginPage();
  }

  anyOrder(any = true): void {
    this.#do((machine) => machine.any_order(any));
  }
}
