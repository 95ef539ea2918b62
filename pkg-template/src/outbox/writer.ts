/** Writes to the store, one transaction at a time: what comes meanwhile goes together into the next one. */
import { guard } from '../platform/native';
import type { Changes, Store, Stored } from './store';

interface Put {
  readonly box: string;
  readonly n: number;
  readonly stored: Stored;
}

/** Told what became of what was put. */
export interface WriteListener {
  _written(box: string, n: number): void;
  _notWritten(box: string, n: number, error: unknown): void;
}

export class Writer {
  readonly #store: Store;
  readonly #listener: WriteListener;
  #puts: Put[] = [];
  #removes: [box: string, first: number, last: number][] = [];
  #positions = new Map<string, unknown>();
  /** Resolves when all that was asked for is written. */
  #writing: Promise<void> | undefined;

  constructor(store: Store, listener: WriteListener) {
    this.#store = store;
    this.#listener = listener;
  }

  put(box: string, n: number, stored: Stored): void {
    this.#puts.push({ box, n, stored });
    this.#begin();
  }

  /** What is done comes again after a crash, and the server knows it: this may be written at any time. */
  remove(box: string, first: number, last: number): void {
    const before = this.#removes.at(-1);
    if (before?.[0] === box && before[1] <= first && before[2] + 1 >= first) before[2] = Math.max(before[2], last);
    else this.#removes.push([box, first, last]);
    this.#begin();
  }

  position(name: string, position: unknown): void {
    this.#positions.set(name, position);
    this.#begin();
  }

  /** Resolves when nothing waits to be written. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #begin(): void {
    this.#writing ??= this.#run().finally(() => {
      this.#writing = undefined;
    });
  }

  async #run(): Promise<void> {
    // All that is asked for in this task.
    await undefined;
    while (this.#puts.length || this.#removes.length || this.#positions.size) {
      const [puts, remove, positions] = [this.#puts, this.#removes, [...this.#positions]];
      this.#puts = [];
      this.#removes = [];
      this.#positions.clear();
      const others = { remove, positions };
      if (await this.#write(puts, others)) continue;
      // Without the messages there may be room for the rest, which frees more.
      await this.#write([], others);
      await this.#halve(puts);
    }
  }

  /** One message may be too large for the disk, and the others of its task are not. */
  async #halve(puts: Put[]): Promise<void> {
    const half = Math.ceil(puts.length / 2);
    if (!half) return;
    for (const part of puts.length > 1 ? [puts.slice(0, half), puts.slice(half)] : [puts])
      if (!(await this.#write(part, {}, part.length === 1)) && part.length > 1) await this.#halve(part);
  }

  /** Returns false if it is not written. `last`: then it is given up. */
  async #write(puts: Put[], others: Changes, last = false): Promise<boolean> {
    const put = puts.map(({ box, n, stored }) => [box, n, stored] as const);
    let failure: { error: unknown } | undefined;
    try {
      await this.#store.write({ ...others, put });
    } catch (error) {
      failure = { error };
      if (!last) return false;
    }
    for (const { box, n } of puts)
      guard(() => {
        if (failure) this.#listener._notWritten(box, n, failure.error);
        else this.#listener._written(box, n);
      });
    return !failure;
  }
}
