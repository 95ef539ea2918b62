/** Takes over the boxes of a user's pages that are gone: nobody holds their locks. */
import { reportFailure, setTimer } from '../platform/native';
import type { BoxLocks } from './box-locks';
import { lockOf } from './shared-names';
import type { Content, Store } from './store';

/** How often a page looks for boxes of pages that are gone. */
const ADOPT_MS = 10_000;

/** The parts of an outbox that it calls. */
export interface AdoptionHost {
  readonly user: string;
  readonly store: Store;
  readonly locks: BoxLocks;
  /** True if this page has nothing to do with a box that is not owned. */
  skips(name: string): boolean;
  /** Takes a box whose lock is held. Releases it if there is nothing in it. */
  restore(name: string, content: Content): Promise<void>;
}

export class Adoption {
  readonly #host: AdoptionHost;
  readonly #unreadable = new Set<string>();
  #adopting: Promise<void> | undefined;
  #timer: unknown;
  #ended = false;
  /** How many calls of `without()` there are. */
  #held = 0;

  constructor(host: AdoptionHost) {
    this.#host = host;
  }

  /** Looks for them now, and every ten seconds. */
  begin(): Promise<void> {
    if (this.#host.store.kind !== 'disk' || this.#ended || this.#held) return Promise.resolve();
    this.#adopting ??= this.#adoptAll()
      .catch(reportFailure)
      .finally(() => {
        this.#adopting = undefined;
        clearTimeout(this.#timer as number);
        if (!this.#ended) this.#timer = setTimer(() => this.begin(), ADOPT_MS);
      });
    return this.#adopting;
  }

  /** Runs it while no box is being adopted. */
  async without(call: () => Promise<void>): Promise<void> {
    this.#held += 1;
    try {
      await this.#adopting;
      await call();
    } finally {
      this.#held -= 1;
      this.begin();
    }
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer as number);
  }

  async #adoptAll(): Promise<void> {
    const { user, store, locks } = this.#host;
    for (const name of await store.boxes(`${user}/`)) {
      if (this.#ended || this.#held) return;
      const lock = lockOf(user, name);
      if (this.#unreadable.has(name) || this.#host.skips(name) || !(await locks.take(lock))) continue;
      try {
        // Read with the lock: until then its page may have written.
        const content = await store.read(name);
        if (content.records.length) await this.#host.restore(name, content);
        else locks.release(lock);
      } catch (error) {
        // It was sealed with another key, or migrate() has thrown: another page may know more.
        this.#unreadable.add(name);
        locks.release(lock);
        reportFailure(error);
      }
    }
  }
}
