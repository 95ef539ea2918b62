/**
 * Reads the options object: which keys there are, and of what type. What a number may be is the core's to judge;
 * here it only must be one. The defaults are the core's too: NaN in its list of numbers stands for "not given".
 */
import { domException, throwTypeError } from '../platform/errors';
import { isObject, tag } from '../platform/native';
import type { CallOptions, Protocol, Schema, Settings } from './types';

export const NOT_OPTIONS = 'options must be an object';

/** The user's options, of which nothing is known yet. */
export type Raw = Record<string, unknown>;

/**
 * A position: a number. A text: the types allowed, as the error names them. A function: says what the value should be, if it
 * isn't. A pair: a group of options, and the position of its switch, which `false` turns off; -1 for none.
 */
type Rule = number | string | ((value: never) => unknown) | [number, Rules];
type Rules = { [name: string]: Rule };

// No prototype, so that 'constructor' and '__proto__' are unknown keys like any other.
const table = (rules: Rules): Rules => Object.assign(Object.create(null), rules);

const isFunction = (value: unknown) => typeof value === 'function';

const schema = (value?: Schema) => !isFunction(value?.['~standard']?.validate) && 'takes a Standard Schema validator';

const protocol = (value?: Protocol & { encode?: unknown; decode?: unknown }) =>
  value !== 'id' &&
  value !== 'json-rpc' &&
  !(isFunction(value?.encode) && isFunction(value?.decode)) &&
  "takes 'id', 'json-rpc', or an object with encode() and decode()";

/** Whether a function says where to dial. */
export const RESOLVES = 18;

/** Where the core's numbers end and the skin's begin. */
const TIMEOUT = 23;

const SCHEMA_RECONNECT = table({
  minDelay: 1,
  maxDelay: 2,
  factor: 3,
  maxAttempts: 4,
  connectTimeout: 5,
  stableAfter: 6,
  onWake: 'a boolean',
  shouldReconnect: 'a function',
});

const SCHEMA = table({
  reconnect: [0, SCHEMA_RECONNECT],
  heartbeat: [8, table({ interval: 9, timeout: 10, ping: 'a string, ArrayBuffer or function', pong: 'a string or function' })],
  queue: [12, table({ maxMessages: 13, maxBytes: 14, maxAge: 19 })],
  idleTimeout: 15,
  stallTimeout: 16,
  authenticate: 'a function',
  backgroundTimer: 'a boolean',
  guardUnload: 'a boolean',
  hidden: [-1, table({ closeAfter: 21, dial: 'a boolean' })],
  resume: 'a function',
  request: [-1, table({ timeout: TIMEOUT, protocol, idKey: 'a string', validate: schema })],
});

/** Of a call; here the digits are positions in a list of their own. */
export const MESSAGES = table({ signal: 'an AbortSignal', limit: 1 });
export const REQUEST = table({ signal: 'an AbortSignal', timeout: 0, retry: 'a boolean', schema });
export const STREAM = table({ ...MESSAGES, ...REQUEST });

function readGroup(options: Raw, rules: Rules, path: string, settings: Pick<Settings, '_numbers'>): void {
  for (const key in options) {
    const value = options[key];
    const rule = rules[key];
    const fail = (takes: string) => throwTypeError(`option ${path}${key} ${takes}`);
    if (rule === undefined) fail(`is unknown; there are ${Object.keys(rules).join(', ')}`);
    else if (value === undefined) continue;
    else if (typeof rule === 'number') {
      // Below zero is nonsense for each of them, NaN too; the core couldn't tell it from zero.
      const takes = rule === 4 && rules === SCHEMA_RECONNECT ? ATTEMPTS : 'a number from 0 up';
      if (typeof value !== 'number' || !(value >= 0)) fail(`takes ${takes}`);
      if (settings._numbers.length > TIMEOUT && TIMES[rule]) warnOfSeconds(path + key, value as number);
      settings._numbers[rule] = value as number;
    } else if (typeof rule === 'object') {
      const [position, group] = rule;
      settings._numbers[position] = +(value !== false);
      if (isObject(value)) readGroup(value as Raw, group, `${key}.`, settings);
      else if (typeof value !== 'boolean' || position < 0) fail(`takes ${position < 0 ? '' : 'true, false or '}an object`);
    } else {
      const type = typeof value === 'object' ? tag(value) : typeof value;
      const wrong = isFunction(rule)
        ? (rule as (value: unknown) => unknown)(value)
        : !rule.split(/\W/).includes(type) && `takes ${rule}`;
      if (wrong) fail(wrong as string);
      (settings as Raw)[key] = value;
    }
  }
}

const TIME = 'more than 0 ms';
const ATTEMPTS = '1 or more, or Infinity';

/** Whole names of times that are in seconds, as likely as not, if they are this short. */
const SHORT = 100;
const TIMES: { [position: number]: true } = { 5: true, 9: true, 10: true, 15: true, 16: true, 21: true, [TIMEOUT]: true };
const warnedOf = new Set<string>();

function warnOfSeconds(name: string, value: number): void {
  if (!(value > 0 && value < SHORT) || warnedOf.has(name)) return;
  warnedOf.add(name);
  console.warn(`holdfast-ws: option ${name} is ${value} ms; times are in milliseconds`);
}

/** What the core finds impossible, in the order of `src/engine/error.rs`. */
const FAULTS = [
  ['reconnect.minDelay', TIME],
  ['reconnect.maxDelay', TIME],
  ['reconnect.minDelay', 'at most maxDelay'],
  ['reconnect.factor', 'a finite number from 1'],
  ['reconnect.maxAttempts', ATTEMPTS],
  ['reconnect.connectTimeout', TIME],
  ['heartbeat.interval', TIME],
  ['heartbeat.timeout', TIME],
  ['authenticate', 'reconnection to be on'],
  ['idleTimeout', TIME],
  ['stallTimeout', TIME],
  ['queue.maxAge', TIME],
  ['hidden.closeAfter', TIME],
  ['hidden', 'reconnection to be on'],
];

/** The error for it. */
export function invalidOptionError(fault: number, { _numbers: numbers }: Settings): TypeError {
  const [minDelay, maxDelay] = [numberOr(numbers[1], 500), numberOr(numbers[2], 8_000)];
  const text =
    fault === 2
      ? `reconnect.maxDelay ${maxDelay} is below reconnect.minDelay ${minDelay}; both are in milliseconds`
      : FAULTS[fault]?.join(' takes ');
  return TypeError(`holdfast-ws: option ${text}`);
}

const numberOr = (number: number | undefined, otherwise: number) =>
  number === undefined || Number.isNaN(number) ? otherwise : number;

/** Why the core did not take a message: its answer, when that isn't 0. */
export function sendError(answer: number, { _numbers: numbers }: Settings, bytes = 0): DOMException {
  if (answer < 2) {
    const why =
      numbers[0] && numbers[12] ? '' : `, and with ${numbers[0] ? 'queue' : 'reconnect'}: false nothing waits until it is`;
    return domException('InvalidStateError', `The WebSocket is not open${why}.`);
  }
  const [messages, most] = [numberOr(numbers[13], 1024), numberOr(numbers[14], 1_048_576)];
  const text =
    bytes > most
      ? `A message of ${bytes} bytes is more than queue.maxBytes, ${most}.`
      : `The queue is full: queue.maxMessages is ${messages}, queue.maxBytes ${most}.`;
  return domException('QuotaExceededError', text);
}

/** Throws a TypeError that names the option and what it takes. */
export function readOptions(options: Raw): Settings {
  const numbers = new Float64Array(TIMEOUT + 1).fill(Number.NaN);
  const settings: Settings = { _numbers: numbers, _plain: options.reconnect === false, protocol: 'id', idKey: 'id' };
  numbers[0] = numbers[12] = 1;
  numbers[8] = 0;
  numbers[TIMEOUT] = 10_000;
  readGroup(options, SCHEMA, '', settings);
  numbers[7] = +!!settings.shouldReconnect;
  numbers[20] = +(settings.onWake !== false);
  numbers[22] = +(settings.dial !== false);
  numbers[11] = +(settings.pong !== undefined);
  numbers[17] = +!!settings.authenticate;
  return settings;
}

let warned = false;

/** The options without what is not ours: a library that is handed a class of `with()` may give what another package takes. */
export function knownOptions(given: Raw): Raw {
  const entries = Object.entries(given);
  const known = entries.filter(([key]) => SCHEMA[key] !== undefined);
  if (known.length < entries.length && !warned) {
    warned = true;
    const unknown = entries.filter(([key]) => SCHEMA[key] === undefined).map(([key]) => key);
    console.warn(`holdfast-ws: passed over options that are unknown: ${unknown.join(', ')}`);
  }
  return Object.fromEntries(known);
}

/** What is given later wins, option by option inside the groups. */
export function mergeOptions(preset: Raw, given: Raw): Raw {
  // No prototype, so that an own `__proto__` of JSON is a key like any other: unknown.
  const merged: Raw = Object.assign(Object.create(null), preset);
  for (const key in given) {
    const value = given[key];
    const before = preset[key];
    // `true` leaves what is preset as it is.
    if (value === true && isObject(before)) continue;
    if (value !== undefined) merged[key] = isObject(value) && isObject(before) ? { ...before, ...value } : value;
  }
  return merged;
}

/** The same for the options of a call. */
export function readCallOptions(rules: Rules, given: unknown, { _numbers: numbers, validate }: Settings): CallOptions {
  if (given != null && !isObject(given)) throwTypeError(NOT_OPTIONS);
  const options = { _numbers: Float64Array.of(numbers[TIMEOUT], 1024), schema: validate };
  readGroup((given ?? {}) as Raw, rules, '', options);
  const [timeout, limit] = options._numbers;
  return { ...options, timeout, limit };
}
