/** The messages of a shared box that have got other numbers: see `Displaced` in `src/outbox/output.rs`. */
import type { Delivery } from './delivery';
import type { Shift } from './store';

export class Shifts {
  readonly #all: Shift[] = [];

  get all(): readonly Shift[] {
    return this.#all;
  }

  /** Returns the number that a message has by now. */
  of(n: number): number {
    return this.#all.reduce((n, [above, to, by]) => (n > above && n <= to ? n + by : n), n);
  }

  /** Takes one, and gives these deliveries their other numbers. */
  take(shift: Shift, ...maps: Map<number, Delivery>[]): void {
    if (this.#all.some(([above, to]) => above === shift[0] && to === shift[1])) return;
    this.#all.push(shift);
    for (const deliveries of maps) {
      const all = [...deliveries.values()];
      deliveries.clear();
      for (const each of all) {
        each._n = this.of(each._n);
        deliveries.set(each._n, each);
      }
    }
  }
}
