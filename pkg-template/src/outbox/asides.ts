/**
 * Messages that `migrate()` has thrown for, among others that it converts. When its turn comes, such a message is moved into a box of its
 * own, as it was stored, and the server is told to pass over its number. A later page that can convert it adopts that box.
 */
import { reportFailure } from '../platform/native';
import type { BoxLocks } from './box-locks';
import { ownName } from './shared-names';
import type { Writer } from './writer';

interface Aside {
  readonly name: string;
  /** Resolves when this page holds its lock: until the server has told what it has done, nobody else is to send it. */
  readonly taken: Promise<boolean>;
  /** The last number that was given. */
  last: number;
  /** By their numbers in the box that they came from: those of which the server has not told if it has done them. */
  readonly open: Map<number, number>;
}

export class Asides {
  readonly #user: string;
  readonly #locks: BoxLocks;
  readonly #writer: Writer;
  /** By the box that they come from. */
  readonly #of = new Map<string, Aside>();
  readonly #names = new Set<string>();

  constructor(user: string, locks: BoxLocks, writer: Writer) {
    this.#user = user;
    this.#locks = locks;
    this.#writer = writer;
  }

  /** True if this page has made the box: it can't convert what is in it. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Moves a message. It ends there as it does when it is removed. */
  add(box: string, n: number): void {
    const aside = this.#begin(box);
    aside.last += 1;
    const number = aside.last;
    aside.open.set(n, number);
    aside.taken.then(() => this.#writer.move(box, n, aside.name, number)).catch(reportFailure);
  }

  #begin(box: string): Aside {
    const begun = this.#of.get(box);
    // In the back/forward cache a page loses its locks.
    if (begun && (!begun.last || this.#locks.holds(begun.name))) return begun;
    const name = ownName(this.#user);
    this.#names.add(name);
    const aside = { name, taken: this.#locks.take(name), last: 0, open: new Map() };
    this.#of.set(box, aside);
    return aside;
  }

  /** The server has told if it has done the message. What it has done is not to come again. */
  async settle(box: string, n: number, isDone: boolean): Promise<void> {
    const aside = this.#of.get(box);
    const number = aside?.open.get(n);
    if (!aside || number === undefined) return;
    aside.open.delete(n);
    if (!aside.open.size) this.#of.delete(box);
    await this.#writer.settled();
    if (isDone) {
      this.#writer.remove(aside.name, number, true);
      // There may have been no room to move it.
      this.#writer.remove(box, n, true);
    }
    if (this.#of.get(box) === aside) return;
    await this.#writer.settled();
    this.#writer.leave(aside.name);
    this.#locks.release(aside.name);
  }
}
