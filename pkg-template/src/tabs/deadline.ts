/** The timer of a tab: one, for the machine's next deadline. */
import { setAlarm } from '../platform/background';
import { setTimer } from '../platform/native';
import { now } from './machine';
import { FAR_MS, SOON_MS } from './times';

export class Deadline {
  readonly #passed: () => void;
  #timer: unknown;
  /** When it fires; NaN while none is set. */
  #due = Number.NaN;

  /** `passed` is called when a deadline has come. */
  constructor(passed: () => void) {
    this.#passed = passed;
  }

  /** Sets the timer, unless one is set that fires earlier: it is set again then. Deadlines move with each message, and timers cost. */
  set(due: number): void {
    if (due >= this.#due || (Number.isNaN(due) && Number.isNaN(this.#due))) return;
    this.#due = due;
    clearTimeout(this.#timer as number);
    const wait = Math.ceil(due - now());
    // A hidden page's own timers would be late.
    setAlarm(this, wait < SOON_MS ? due : Number.NaN);
    if (wait < FAR_MS) this.#timer = setTimer(() => this._onAlarm(), Math.max(0, wait));
  }

  _onAlarm(): void {
    this.#due = Number.NaN;
    this.#passed();
  }
}
