/** Tokens, as the application gives them. */
import { throwTypeError } from '../platform/errors';
import { isObject } from '../platform/native';
import type { Token } from './options';

/** Returns the token and its lifetime (ms), NaN if that is not known. */
export function readToken(given: unknown): [token: string, lifetime: number] {
  const { token, lifetime = Number.NaN } = isObject(given) ? (given as Exclude<Token, string>) : { token: given };
  if (typeof token !== 'string') throwTypeError('a token is a string, or an object with token and lifetime');
  if (typeof lifetime !== 'number' || lifetime < 0) throwTypeError('the lifetime of a token is a number of 0 ms or more');
  return [token, lifetime];
}
