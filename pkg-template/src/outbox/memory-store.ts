/** Storage that ends with the page: where there is no other. */
import { domException } from '../platform/errors';
import type { Batch, Changes, Content, Place, Shift, Store } from './store';

const refuse = (): Promise<never> => Promise.reject(domException('NotSupportedError', 'Tabs share no memory.'));

export class MemoryStore implements Store {
  readonly kind = 'memory';
  readonly #boxes = new Map<string, Map<number, Batch>>();
  readonly #positions = new Map<string, unknown>();

  async write({ put, remove, empty, positions }: Changes): Promise<void> {
    for (const box of empty) this.#boxes.delete(box);
    for (const [box, key] of remove) this.#boxes.get(box)?.delete(key);
    for (const [box, key, batch] of put) {
      const records = this.#boxes.get(box) ?? new Map<number, Batch>();
      this.#boxes.set(box, records.set(key, batch));
    }
    for (const [name, position] of positions) this.#positions.set(name, position);
  }

  /** No other tab sees it. */
  append(): Promise<Place> {
    return refuse();
  }

  open(): Promise<void> {
    return refuse();
  }

  shift(): Promise<Shift> {
    return refuse();
  }

  /** No other page adopts a box. */
  async read(): Promise<Content> {
    return { records: [], state: undefined };
  }

  async boxes(): Promise<string[]> {
    return [];
  }

  async position(name: string): Promise<unknown> {
    return this.#positions.get(name);
  }

  async erase(prefix: string): Promise<void> {
    for (const all of [this.#boxes, this.#positions])
      for (const name of [...all.keys()]) if (name.startsWith(prefix)) all.delete(name);
  }

  close(): void {}
}
