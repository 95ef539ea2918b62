/** Reads and checks the options of an outbox. */
import { throwTypeError } from '../platform/errors';
import { isObject, quietly, tag } from '../platform/native';
import { type Codec, json } from './wire';

export interface OutboxSettings {
  box: string;
  store: 'indexeddb' | 'memory';
  database: string;
  durability: 'relaxed' | 'strict';
  window: number;
  keep: number;
  codec: Codec;
  onError: 'continue' | 'stop';
  key: CryptoKey | undefined;
  version: number;
  migrate: ((message: unknown, version: number) => unknown) | undefined;
  flush: string | undefined;
}

export type Check = readonly [takes: string, isValid: (value: unknown) => boolean];

export const oneOf = (...values: string[]): Check => [
  values.map((value) => `'${value}'`).join(' or '),
  (value) => values.includes(value as string),
];
const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
export const FUNCTION: Check = ['a function', (value) => typeof value === 'function'];
const isFunction = FUNCTION[1];
/** Part of a name on the disk. */
export const NAME: Check = [
  'a string that is not empty, without "/"',
  (value) => typeof value === 'string' && /^[^/\uffff]+$/.test(value),
];

function isKey(value: unknown): boolean {
  if (tag(value) !== 'CryptoKey') return false;
  const { algorithm, usages } = value as CryptoKey;
  return algorithm.name === 'AES-GCM' && usages.includes('encrypt') && usages.includes('decrypt');
}

/** Outside of a page there is nothing that a URL could be relative to. */
function isPostUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !value) return false;
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  return /^https?:/.test(quietly(() => new URL(value, base).protocol) ?? '');
}

const CHECKS: { [name in keyof OutboxSettings]: Check } = {
  box: NAME,
  store: oneOf('indexeddb', 'memory'),
  database: ['a string', (value) => typeof value === 'string'],
  durability: oneOf('relaxed', 'strict'),
  window: ['a whole number from 1 to 1024', (value) => isWhole(value, 1, 1024)],
  keep: ['a number of 1000 ms or more', (value) => typeof value === 'number' && value >= 1_000],
  codec: [
    'an object with encode() and decode()',
    (value) => isObject(value) && isFunction((value as Codec).encode) && isFunction((value as Codec).decode),
  ],
  onError: oneOf('continue', 'stop'),
  key: ['a CryptoKey for AES-GCM that may encrypt and decrypt', isKey],
  version: ['a whole number from 1', (value) => isWhole(value, 1, Number.MAX_SAFE_INTEGER)],
  migrate: FUNCTION,
  flush: ['a URL that can be posted to, as a string', isPostUrl],
};

/** Of `deliver()`. */
const DELIVER: { [name: string]: Check } = {
  ttl: ['a number of more than 0 ms', (value) => typeof value === 'number' && value > 0],
  signal: ['an AbortSignal', (value) => tag(value) === 'AbortSignal'],
};

/** Adds the given options to the settings. Throws for an unknown one, and for an impossible value. */
export function addOptions(settings: object, what: string, checks: { [name: string]: Check }, given: unknown): void {
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

export function readDeliverOptions(given: unknown, ttl: number): { ttl: number; signal?: AbortSignal } {
  const settings = { ttl };
  addOptions(settings, 'deliver()', DELIVER, given);
  return settings;
}

const DAY_MS = 86_400_000;

export function readOptions(given: unknown): OutboxSettings {
  if (!isObject(given)) throwTypeError('an outbox takes an object of options, with box');
  const settings: Record<string, unknown> = {
    store: 'indexeddb',
    database: 'holdfast-ws-outbox',
    durability: 'relaxed',
    window: 32,
    keep: 7 * DAY_MS,
    codec: json,
    onError: 'continue',
    version: 1,
  };
  addOptions(settings, 'an outbox', CHECKS, given);
  if (!settings.box) throwTypeError(`option box of an outbox takes ${CHECKS.box[0]}`);
  if (settings.flush && settings.codec !== json)
    throwTypeError('option flush of an outbox is for its own codec: it posts lines of JSON');
  return settings as unknown as OutboxSettings;
}
