/** The connection's token: asked for when there is none, when it has expired, and after an attempt that failed with it. */
import { throwTypeError } from '../platform/errors';
import { isObject } from '../platform/native';
import type { Token } from './options';

/** Returns the token and its lifetime (ms), NaN if that is not known. */
export function readToken(given: unknown): [token: string, lifetime: number] {
  const { token, lifetime = Number.NaN } = isObject(given) ? (given as Exclude<Token, string>) : { token: given };
  if (typeof token !== 'string') throwTypeError('a token is a string, or an object with token and lifetime');
  return [token, lifetime];
}

export class ConnectionToken {
  #token: string | undefined;
  #until = Number.POSITIVE_INFINITY;
  readonly #ask: (() => unknown) | undefined;

  constructor(ask: (() => unknown) | undefined) {
    this.#ask = ask;
  }

  async get(): Promise<string | undefined> {
    if (this.#ask && (this.#token === undefined || performance.now() >= this.#until)) {
      const [token, lifetime] = readToken(await this.#ask());
      this.#token = token;
      this.#until = Number.isNaN(lifetime) ? Number.POSITIVE_INFINITY : performance.now() + lifetime;
    }
    return this.#token;
  }

  forget(): void {
    this.#token = undefined;
  }
}
