/**
 * The hub's record of the server's calls that are not answered: each is one tab's. If that tab is gone, the call is given to another. No
 * call is answered twice, so an answer of the first that comes all the same goes no further.
 */
import { isObject } from '../platform/native';

/** A call of the server. */
export interface Call {
  readonly id: unknown;
  readonly method: string;
  /** The message. */
  readonly data: unknown;
}

/** So many calls are kept in mind that tabs have answered after another was gone. */
const REMEMBERED = 1_024;

export class Calls {
  /** By the text of their id. `moved` is true if another tab had it before. */
  #open = new Map<string, Call & { tab: number; moved: boolean }>();
  /** The texts of the ids of calls that have moved and are answered. */
  #answered = new Set<string>();

  /** A tab is given a call; `moved` if another had it before. */
  give(tab: number, call: Call, moved = false): void {
    const id = JSON.stringify(call.id);
    // The server uses the number anew.
    if (!moved) this.#answered.delete(id);
    this.#open.set(id, { ...call, tab, moved });
  }

  /** Returns the calls of a tab. */
  of(tab: number): Call[] {
    return [...this.#open.values()].filter((call) => call.tab === tab);
  }

  /** Returns false if a tab's message must not go out: it answers a call that is another tab's now, or that is answered. */
  admits(tab: number, data: unknown): boolean {
    if (!this.#open.size && !this.#answered.size) return true;
    if (typeof data !== 'string' || !/^\s*\{/.test(data) || !/"(result|error)"/.test(data)) return true;
    let answer: unknown;
    try {
      answer = JSON.parse(data);
    } catch {
      return true;
    }
    if (!isObject(answer) || !('id' in answer) || 'method' in answer) return true;
    const id = JSON.stringify(answer.id);
    if (this.#answered.has(id)) return false;
    const call = this.#open.get(id);
    if (call && call.tab !== tab) return false;
    this.#open.delete(id);
    if (call?.moved) this.#remember(id);
    return true;
  }

  #remember(id: string): void {
    const [oldest] = this.#answered;
    if (this.#answered.size >= REMEMBERED) this.#answered.delete(oldest as string);
    this.#answered.add(id);
  }

  /** The connection has ended, and its calls with it. */
  clear(): void {
    this.#open.clear();
    this.#answered.clear();
  }
}
