/**
 * The owner of a box is the page that holds its lock. When a page is gone, however it went, the browser frees its locks, and another page
 * adopts the box. https://w3c.github.io/web-locks/
 */
const PREFIX = 'holdfast-ws:outbox:';

export class BoxLocks {
  /** Told of a lock that another page has taken away. */
  lost: ((box: string) => void) | undefined;
  readonly #prefix: string;
  readonly #released = new Map<string, () => void>();
  readonly #waiting = new Map<string, AbortController>();

  constructor(database: string) {
    this.#prefix = `${PREFIX}${database}:`;
  }

  /** True where pages can find out about each other. */
  static get supported(): boolean {
    return !!globalThis.navigator?.locks && (globalThis.origin ?? 'null') !== 'null';
  }

  /** Takes the lock of a box, if nobody holds it. Rejects where locks are refused. */
  take(box: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      navigator.locks
        .request(this.#prefix + box, { ifAvailable: true }, (lock) => {
          resolve(!!lock);
          if (!lock) return undefined;
          return new Promise<void>((release) => this.#released.set(box, release));
        })
        .catch(reject);
    });
  }

  /** Takes a lock as soon as it is free. Rejects if it is released meanwhile. With `steal` it takes it from whoever has it. */
  wait(box: string, steal = false): Promise<void> {
    const waiting = new AbortController();
    this.#waiting.get(box)?.abort();
    this.#waiting.set(box, waiting);
    return new Promise((resolve, reject) => {
      navigator.locks
        .request(this.#prefix + box, steal ? { steal } : { signal: waiting.signal }, () => {
          this.#waiting.delete(box);
          resolve();
          return new Promise<void>((release) => this.#released.set(box, release));
        })
        .catch((error) => {
          reject(error);
          if (this.#released.delete(box)) this.lost?.(box);
        });
    });
  }

  holds(box: string): boolean {
    return this.#released.has(box);
  }

  release(box: string): void {
    this.#waiting.get(box)?.abort();
    this.#waiting.delete(box);
    this.#released.get(box)?.();
    this.#released.delete(box);
  }

  releaseAll(): void {
    for (const box of [...this.#waiting.keys(), ...this.#released.keys()]) this.release(box);
  }
}
