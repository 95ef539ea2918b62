/** The timers of a world's page, and the worker with which the class times a hidden page. */
import type { World as Machine } from 'holdfast:machine';

/** The parts of a world that timers use. */
export interface TimerWorld {
  readonly _machine: Machine;
  _changed(): void;
}

/** `long` of WebIDL; what is below 0 is 0. */
const wait = (given: unknown) => Math.max(0, Number(given) | 0);

/** The timers of one page. Those of a page that is gone are another object's. */
export class Timers {
  readonly #world: TimerWorld;
  readonly #callbacks = new Map<number, { run: () => void; repeats: boolean; text: string }>();
  #over = false;

  constructor(world: TimerWorld) {
    this.#world = world;
  }

  readonly setTimeout = (run: unknown, after?: unknown, ...given: unknown[]): number => this.#set(run, after, given, false);
  readonly setInterval = (run: unknown, every?: unknown, ...given: unknown[]): number => this.#set(run, every, given, true);

  readonly clear = (id: unknown): void => {
    if (this.#over || !this.#callbacks.delete(Number(id))) return;
    this.#world._machine.clear_timer(Number(id));
    this.#world._changed();
  };

  #set(run: unknown, after: unknown, given: unknown[], repeats: boolean): number {
    if (typeof run !== 'function') throw TypeError('The callback of a timer must be a function.');
    const text = `${repeats ? 'setInterval' : 'setTimeout'}(${run.name || 'a function'}, ${wait(after)})`;
    return this.#keep(() => run(...given), wait(after), repeats, text);
  }

  /** Without a text it is a worker's. */
  #keep(run: () => void, after: number, repeats: boolean, text = ''): number {
    if (this.#over) return 0;
    const id = this.#world._machine.set_timer(after, repeats, !text);
    this.#callbacks.set(id, { run, repeats, text });
    this.#world._changed();
    return id;
  }

  /** Returns those that are set, as the calls that have set them. */
  get set(): string[] {
    return [...this.#callbacks.values()].map(({ text }) => text || 'the timer of a worker');
  }

  /** Calls a timer's function. */
  ring(id: number): void {
    const timer = this.#callbacks.get(id);
    if (!timer?.repeats) this.#callbacks.delete(id);
    timer?.run();
  }

  /** The page is gone. */
  end(): void {
    this.#over = true;
    this.#callbacks.clear();
  }

  /** A class of workers, for the one that `platform/background.ts` starts: it posts a message after each number of milliseconds. */
  workerClass(): unknown {
    const set = (run: () => void, after: number) => this.#keep(run, after, false);
    const { clear } = this;
    return class Worker {
      onmessage: ((event: Event) => void) | null = null;
      #timer = 0;
      postMessage(after: unknown): void {
        clear(this.#timer);
        this.#timer = set(() => this.onmessage?.(new MessageEvent('message')), Math.ceil(Number(after)));
      }
      terminate(): void {
        clear(this.#timer);
      }
    };
  }
}
