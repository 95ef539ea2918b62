/** Stores the messages of one tab in the box that all tabs share: the store gives them their numbers. */
import { wallTime } from '../platform/clock';
import type { Delivery } from './delivery';
import type { SharedNumbers } from './numbers';
import type { OutboxSettings } from './options';
import { toBatches } from './records';
import { counterOf, sharedName } from './shared-names';
import type { Place, Store } from './store';

interface Told {
  stored(place: Place, all: readonly Delivery[]): void;
  failed(delivery: Delivery, error: unknown): void;
  /** Returns true if it was given up before it is stored: then it ends. */
  givenUp(delivery: Delivery): boolean;
}

export class SharedStoring {
  readonly #settings: OutboxSettings;
  readonly #store: Store;
  readonly #numbers: SharedNumbers;
  readonly #told: Told;
  #toStore: Delivery[] = [];
  #storing: Promise<void> | undefined;

  constructor(settings: OutboxSettings, store: Store, numbers: SharedNumbers, told: Told) {
    this.#settings = settings;
    this.#store = store;
    this.#numbers = numbers;
    this.#told = told;
  }

  add(delivery: Delivery): void {
    this.#toStore.push(delivery);
    this.#storing ??= this.#storeAll();
  }

  /** Resolves when nothing waits to be stored. */
  async settled(): Promise<void> {
    while (this.#storing) await this.#storing;
  }

  async #storeAll(): Promise<void> {
    // All that is delivered in this task.
    await undefined;
    try {
      for (let all = this.#toStore; all.length; all = this.#toStore) {
        this.#toStore = [];
        await this.#storeSome(all);
      }
    } finally {
      // At once, and not when the promise is settled: what is delivered in between would wait for the next one.
      this.#storing = undefined;
    }
  }

  async #storeSome(given: readonly Delivery[]): Promise<void> {
    const all = given.filter((each) => !this.#told.givenUp(each));
    if (!all.length) return;
    try {
      this.#told.stored(await this.#append(all), all);
    } catch (error) {
      const [only, ...more] = all;
      if (!more.length) {
        this.#told.failed(only as Delivery, error);
        return;
      }
      // One message may be too large for the disk, and the others of its task are not.
      const half = Math.ceil(all.length / 2);
      for (const part of [all.slice(0, half), all.slice(half)]) await this.#storeSome(part);
    }
  }

  async #append(all: readonly Delivery[]): Promise<Place> {
    const { version, box } = this.#settings;
    const now = wallTime();
    const toRows = (first: number) =>
      all.map(({ _ttl, message }, at) => ({ n: first + at, until: now + _ttl, data: message, version }));
    const fresh = sharedName(box, Math.random().toString(36).slice(2));
    const batchesFrom = (first: number) => toBatches(toRows(first));
    const place = await this.#store.append(counterOf(box), fresh, all.length, this.#numbers, batchesFrom);
    this.#numbers.stored();
    return place;
  }
}
