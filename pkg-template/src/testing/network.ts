/** The network between the page and all servers. */
import type { World as Machine } from 'holdfast:machine';

/** What a network and a page need of their world. */
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

  latency({ up = LATENCY, down = LATENCY, jitter = 0 }: { up?: number; down?: number; jitter?: number } = {}): void {
    this.#do((machine) => machine.latency(up, down, jitter));
  }

  bandwidth({ up = Infinity, down = Infinity }: { up?: number; down?: number } = {}): void {
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
