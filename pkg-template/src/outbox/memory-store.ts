/** Storage that ends with the page: where there is no other. */
import type { Changes, Store, Stored } from './store';

export class MemoryStore implements Store {
  readonly kind = 'memory';
  readonly #boxes = new Map<string, Map<number, Stored>>();
  readonly #positions = new Map<string, unknown>();

  async write({ put = [], remove = [], positions = [] }: Changes): Promise<void> {
    for (const [box, n, stored] of put) {
      const messages = this.#boxes.get(box) ?? new Map<number, Stored>();
      this.#boxes.set(box, messages.set(n, stored));
    }
    for (const [box, first, last] of remove) {
      const messages = this.#boxes.get(box);
      for (let n = first; n <= last; n += 1) messages?.delete(n);
      if (!messages?.size) this.#boxes.delete(box);
    }
    for (const [name, position] of positions) this.#positions.set(name, position);
  }

  async read(box: string): Promise<[number, Stored][]> {
    return [...(this.#boxes.get(box) ?? [])].sort(([one], [other]) => one - other);
  }

  async boxes(prefix: string): Promise<string[]> {
    return [...this.#boxes.keys()].filter((name) => name.startsWith(prefix));
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
