/** Reads and checks the options of an outbox. */
import { addOptions, type Check, type Checks, CODEC, FUNCTION, isWhole, oneOf } from '../model/checked-options';
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
  codec: CODEC,
  onError: oneOf('continue', 'stop'),
  key: ['a CryptoKey for AES-GCM that may encrypt and decrypt', isKey],
  version: ['a whole number from 1', (value) => isWhole(value, 1)],
  migrate: FUNCTION,
  flush: ['a URL that can be posted to, as a string', isPostUrl],
};

/** Of `deliver()`. */
const DELIVER: Checks = {
  ttl: ['a number of more than 0 ms', (value) => typeof value === 'number' && value > 0],
  signal: ['an AbortSignal', (value) => tag(value) === 'AbortSignal'],
};

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
