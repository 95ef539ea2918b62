/** Reads an object of options by a table of checks, for the entries beside the class. */
import { throwTypeError } from '../platform/errors';
import { isObject } from '../platform/native';

export type Check = readonly [takes: string, isValid: (value: unknown) => boolean];

/** By the names of the options. */
export type Checks = { readonly [name: string]: Check };

export const FUNCTION: Check = ['a function', (value) => typeof value === 'function'];

export const oneOf = (...values: string[]): Check => [
  values.map((value) => `'${value}'`).join(' or '),
  (value) => values.includes(value as string),
];

export const isWhole = (value: unknown, least: number, most: number = Number.MAX_SAFE_INTEGER): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

/** An object with functions of these names. */
export const having = (value: unknown, ...names: string[]): boolean =>
  isObject(value) && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');

export const CODEC: Check = ['an object with encode() and decode()', (value) => having(value, 'encode', 'decode')];

/** Adds the given options to the settings. Throws for an unknown one, and for an impossible value. */
export function addOptions(settings: object, what: string, checks: Checks, given: unknown): void {
  if (!isObject(given)) throwTypeError(`options of ${what} must be an object`);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, name))
      throwTypeError(`option ${name} of ${what} is unknown; there are ${Object.keys(checks).join(', ')}`);
    if (value === undefined) continue;
    const [takes, isValid] = checks[name] as Check;
    if (!isValid(value)) throwTypeError(`option ${name} of ${what} takes ${takes}`);
    (settings as Record<string, unknown>)[name] = value;
  }
}
