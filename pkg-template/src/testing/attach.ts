/** One clock with the fake timers of Vitest or Jest: when the world's time passes, so does theirs, and in one order. */
import { throwTypeError } from '../platform/errors';

/** The methods that `vi` and `jest` have in common. */
export interface FakeTimers {
  useFakeTimers(): unknown;
  advanceTimersByTimeAsync(time: number): Promise<unknown>;
}

interface FakeTimer {
  callAt: number;
}

/** The clock of `@sinonjs/fake-timers`, on which both stand. Each of its functions has it as a property. */
interface Clock {
  now: number;
  /** A Map from version 15 on. */
  timers?: Map<unknown, FakeTimer> | { [id: string]: FakeTimer };
}

const fakeClock = () => (globalThis.setTimeout as { clock?: Clock }).clock;

/** The other clock, as a world sees it. */
export class Attached {
  readonly #clock: Clock;
  readonly #advance: (time: number) => Promise<unknown>;
  /** How far its time is from the world's, in the past of both. */
  #passed: number;

  constructor(timers: FakeTimers, now: number) {
    if (typeof timers?.advanceTimersByTimeAsync !== 'function') throwTypeError('attach() takes vi or jest');
    if (!fakeClock()) timers.useFakeTimers();
    const clock = fakeClock();
    if (!clock) throwTypeError('attach() takes vi or jest, with modern fake timers');
    this.#clock = clock;
    this.#advance = timers.advanceTimersByTimeAsync.bind(timers);
    this.#passed = now;
  }

  /** The time of its next timer on the world's clock, or infinity. */
  get nextAt(): number {
    const { now, timers = {} } = this.#clock;
    let first = Number.POSITIVE_INFINITY;
    // A Map of another realm, in Jest.
    const all = typeof timers.values === 'function' ? timers.values() : Object.values(timers);
    for (const { callAt } of all as Iterable<FakeTimer>) first = Math.min(first, callAt);
    return this.#passed + Math.max(0, first - now);
  }

  /** Lets its time pass up to the world's, in whole milliseconds, and its timers fire that are due. */
  async reach(at: number): Promise<void> {
    const time = Math.max(0, Math.floor(at - this.#passed));
    this.#passed += time;
    await this.#advance(time);
  }
}
