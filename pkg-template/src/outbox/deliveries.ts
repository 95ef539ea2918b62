/** The deliveries of a page that have not ended, and the box of each. */
import type { Delivery } from './delivery';

/** The box of a message. */
export interface Home {
  add(delivery: Delivery): void;
  cancel(delivery: Delivery, reason: unknown): void;
  drop(delivery: Delivery, reason: unknown): void;
}

export class Deliveries {
  readonly #all = new Set<Delivery>();
  readonly #homes = new Map<Delivery, Home>();
  /** Those of boxes that this page no longer has. */
  readonly #gone = new WeakSet<Delivery>();
  readonly #tell: () => void;
  #list: readonly Delivery[] | undefined;
  #telling = false;

  /** `tell` is called once for all that happens in a task. */
  constructor(tell: () => void) {
    this.#tell = tell;
  }

  get size(): number {
    return this.#all.size;
  }

  /** The same array until there is a change. */
  get list(): readonly Delivery[] {
    this.#list ??= Object.freeze([...this.#all]);
    return this.#list;
  }

  /** Adds it. It may get its box later. */
  add(delivery: Delivery, home?: Home): void {
    this.#all.add(delivery);
    if (home) this.#homes.set(delivery, home);
    this.changed();
  }

  remove(delivery: Delivery): void {
    this.#all.delete(delivery);
    this.#homes.delete(delivery);
    this.changed();
  }

  homeOf(delivery: Delivery): Home | undefined {
    return this.#homes.get(delivery);
  }

  /** A box may be another page's from now on. */
  forget(home: Home): void {
    for (const [delivery, own] of this.#homes) {
      if (own !== home) continue;
      this.remove(delivery);
      this.#gone.add(delivery);
    }
    this.changed();
  }

  isGone(delivery: Delivery): boolean {
    return this.#gone.has(delivery);
  }

  changed(): void {
    this.#list = undefined;
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      this.#tell();
    });
  }
}
