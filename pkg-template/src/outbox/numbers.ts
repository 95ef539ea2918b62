/** Gives numbers in the box that tabs share: by the rules of `src/outbox/numbers.rs`. */
import { type Giver, makeGiver } from './machine';
import type { Numbers, Shared } from './store';

export class SharedNumbers implements Numbers {
  readonly #giver: Giver = makeGiver();

  get isStrict(): boolean {
    return this.#giver.strict();
  }

  /** The counter was read. Returns the last number that was given before this page. */
  see({ last, reserved, opened }: Shared): number {
    return this.#giver.see(last, reserved, opened);
  }

  take({ name, last, reserved, opened }: Shared, count: number): { first: number; shared: Shared; isStrict: boolean } {
    this.#giver.take(last, reserved, opened, count);
    return { first: this.#giver.first(), shared: this.#counter(name), isStrict: this.#giver.strict() };
  }

  /** The numbers that were given last are stored. */
  stored(): void {
    this.#giver.stored();
  }

  open({ name, last, reserved, opened }: Shared, number: number): Shared {
    this.#giver.open(last, reserved, opened, number);
    return this.#counter(name);
  }

  shift({ name, last, reserved, opened }: Shared, above: number, done: number): { by: number; shared: Shared } {
    this.#giver.shift(last, reserved, opened, above, done);
    return { by: this.#giver.first(), shared: this.#counter(name) };
  }

  #counter(name: string): Shared {
    return { name, last: this.#giver.last(), reserved: this.#giver.reserved(), opened: this.#giver.opened() };
  }
}
