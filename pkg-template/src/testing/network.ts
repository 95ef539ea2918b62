/** The network between the page and all servers. */

import type { World as Machine } from 'holdfast:machine';
import { checkKeys, checkTime } from './check';

/** The parts of a world that a network and a page use. */
export interface Changing {
  readonly _machine: Machine;
  _changed(): void;
}

/** A network that is well. */
const LATENCY = 10;

export class Network {
  readonly #world: Changing;

  constructor(world: Changing) {
    this.#world = world;
  }

  #do(call: (machine: Machine) => void): void {
    call(this.#world._machine);
    this.#world._changed();
  }

  get isOnline(): boolean {
    return this.#world._machine.online();
  }

  latency(given: { up?: number; down?: number; jitter?: number } = {}): void {
    checkKeys('latency()', given, ['up', 'down', 'jitter']);
    const { up = LATENCY, down = LATENCY, jitter = 0 } = given;
    for (const [name, time] of Object.entries({ up, down, jitter })) checkTime(`latency(): ${name}`, time);
    this.#do((machine) => machine.latency(up, down, jitter));
  }

  bandwidth(given: { up?: number; down?: number } = {}): void {
    checkKeys('bandwidth()', given, ['up', 'down']);
    const { up = Infinity, down = Infinity } = given;
    for (const [name, rate] of Object.entries({ up, down }))
      if (!(rate > 0)) throw TypeError(`bandwidth(): ${name} takes bytes a second above 0, not ${rate}`);
    this.#do((machine) => machine.bandwidth(up, down));
  }

  silence(): void {
    this.#do((machine) => machine.silence(true));
  }

  restore(): void {
    this.#do((machine) => machine.silence(false));
  }

  cut(): void {
    this.#do((machine) => machine.cut());
  }

  offline(): void {
    this.#do((machine) => machine.set_offline(true));
  }

  online(): void {
    this.#do((machine) => machine.set_offline(false));
  }

  change(): void {
    this.#do((machine) => machine.change());
  }
}
