/** Listeners by event. */
import { throwTypeError } from '../platform/errors';
import { guard } from '../platform/native';

type Listener = (event: never) => unknown;

export class Emitter {
  readonly #listeners = new Map<string, Set<Listener>>();

  on(type: string, listener: Listener): () => void {
    if (typeof listener !== 'function') throwTypeError(`on('${type}') takes a function as listener`);
    const all = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, all);
    all.add(listener);
    return () => this.off(type, listener);
  }

  off(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  _emit(type: string, event: unknown): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) guard(() => listener(event as never));
  }
}
