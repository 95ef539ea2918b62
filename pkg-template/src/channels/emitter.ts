/** Listeners by event. */
import { throwTypeError } from '../platform/errors';
import { guard } from '../platform/native';

type Listener = (event: never) => unknown;

export class Emitter {
  readonly #listeners: Map<string, Set<Listener>>;

  /** `types`: the events that there are. */
  constructor(types: readonly string[]) {
    this.#listeners = new Map(types.map((type) => [type, new Set()]));
  }

  /** A misspelled name would be listened to for ever. */
  #of(type: string): Set<Listener> {
    return (
      this.#listeners.get(type) ??
      throwTypeError(`there is no event ${String(type)}; there are ${[...this.#listeners.keys()].join(', ')}`)
    );
  }

  on(type: string, listener: Listener): () => void {
    const all = this.#of(type);
    if (typeof listener !== 'function') throwTypeError(`on('${type}') takes a function as listener`);
    all.add(listener);
    return () => this.off(type, listener);
  }

  off(type: string, listener: Listener): void {
    this.#of(type).delete(listener);
  }

  _emit(type: string, event: unknown): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) guard(() => listener(event as never));
  }
}
