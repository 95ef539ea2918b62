/**
 * The messages of other tabs, on their way to the connection. Each tab is told first that its messages are handed over, so that it doesn't send
 * them again if this tab is lost. But a browser may send a WebSocket's message sooner than a frame that was posted before: in Chromium the two leave
 * the process by different threads, and a crash can lose the second alone. So messages wait until a frame has come back that was posted later.
 */
import { now } from './machine';

export class HandOver {
  readonly #ask: (last: number) => void;
  readonly #isHub: () => Promise<boolean>;
  readonly #lease: number;
  #waiting: (() => void)[] = [];
  /** When the first of them began to wait. */
  #since = 0;
  /** How many were handed over. */
  #handed = 0;
  #asksSoon = false;

  /**
   * `ask` posts a frame to this tab itself, with a number for `answer`. After more than `lease` (ms) the page may have been frozen, and another tab
   * may be the hub: then `isHub` is asked.
   */
  constructor(ask: (last: number) => void, lease: number, isHub: () => Promise<boolean>) {
    this.#ask = ask;
    this.#lease = lease;
    this.#isHub = isHub;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  get #isLate(): boolean {
    return now() - this.#since > this.#lease;
  }

  add(hand: () => void): void {
    if (!this.isWaiting) this.#since = now();
    this.#waiting.push(hand);
    this.#askSoon();
  }

  /** A frame has come back: so have those that were posted before it left this process. */
  async answer(last: number): Promise<void> {
    if (this.#isLate && !(await this.#isHub())) this.#drop();
    while (this.isWaiting && this.#handed < last) this.#handNext();
    this.#since = now();
  }

  /** The connection is about to be closed. */
  handAll(): void {
    if (this.#isLate) this.#drop();
    while (this.isWaiting) this.#handNext();
  }

  /** What another tab has sent since would overtake them. */
  #drop(): void {
    this.#handed += this.#waiting.length;
    this.#waiting = [];
  }

  #handNext(): void {
    this.#handed += 1;
    this.#waiting.shift()?.();
  }

  /** Once for all of a task. */
  #askSoon(): void {
    if (this.#asksSoon) return;
    this.#asksSoon = true;
    Promise.resolve().then(() => {
      this.#asksSoon = false;
      this.#ask(this.#handed + this.#waiting.length);
    });
  }
}
