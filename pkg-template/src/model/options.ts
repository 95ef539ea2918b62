/**
 * Reads the options object: which keys there are, and of what type. What a number may be is the core's to judge;
 * here it only must be one. The defaults are the core's too: NaN in its list of numbers stands for "not given".
 */
import { ConfigError, OptionIndex, SendResult } from '../core/numbers';
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

const SCHEMA_RECONNECT = table({
  minDelay: OptionIndex.MinDelay,
  maxDelay: OptionIndex.MaxDelay,
  factor: OptionIndex.Factor,
  maxAttempts: OptionIndex.MaxAttempts,
  connectTimeout: OptionIndex.ConnectTimeout,
  stableAfter: OptionIndex.StableAfter,
  onWake: 'a boolean',
  shouldReconnect: 'a function',
});

const SCHEMA = table({
  reconnect: [OptionIndex.Reconnect, SCHEMA_RECONNECT],
  heartbeat: [
    OptionIndex.Heartbeat,
    table({
      interval: OptionIndex.HeartbeatInterval,
      timeout: OptionIndex.HeartbeatTimeout,
      ping: 'a string, ArrayBuffer or function',
      pong: 'a string or function',
    }),
  ],
  queue: [
    OptionIndex.Queue,
    table({ maxMessages: OptionIndex.MaxMessages, maxBytes: OptionIndex.MaxBytes, maxAge: OptionIndex.MaxAge }),
  ],
  idleTimeout: OptionIndex.IdleTimeout,
  stallTimeout: OptionIndex.StallTimeout,
  authenticate: 'a function',
  backgroundTimer: 'a boolean',
  guardUnload: 'a boolean',
  hidden: [-1, table({ closeAfter: OptionIndex.CloseAfter, dial: 'a boolean' })],
  resume: 'a function',
  request: [-1, table({ timeout: OptionIndex.RequestTimeout, protocol, idKey: 'a string', validate: schema })],
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
      const takes = rule === OptionIndex.MaxAttempts && rules === SCHEMA_RECONNECT ? ATTEMPTS : 'a number from 0 up';
      if (typeof value !== 'number' || !(value >= 0)) fail(`takes ${takes}`);
      if (settings._numbers.length > OptionIndex.RequestTimeout && TIMES[rule]) warnOfSeconds(path + key, value as number);
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
const TIMES: { [position: number]: true } = {
  [OptionIndex.ConnectTimeout]: true,
  [OptionIndex.HeartbeatInterval]: true,
  [OptionIndex.HeartbeatTimeout]: true,
  [OptionIndex.IdleTimeout]: true,
  [OptionIndex.StallTimeout]: true,
  [OptionIndex.CloseAfter]: true,
  [OptionIndex.RequestTimeout]: true,
};
const warnedOf = new Set<string>();

function warnOfSeconds(name: string, value: number): void {
  if (!(value > 0 && value < SHORT) || warnedOf.has(name)) return;
  warnedOf.add(name);
  console.warn(`holdfast-ws: option ${name} is ${value} ms; times are in milliseconds`);
}

/** Each impossible option, and what it takes. */
const FAULTS: Record<ConfigError, readonly [option: string, takes: string]> = {
  [ConfigError.MinDelay]: ['reconnect.minDelay', TIME],
  [ConfigError.MaxDelay]: ['reconnect.maxDelay', TIME],
  [ConfigError.MinAboveMax]: ['reconnect.minDelay', 'at most maxDelay'],
  [ConfigError.Factor]: ['reconnect.factor', 'a finite number from 1'],
  [ConfigError.MaxAttempts]: ['reconnect.maxAttempts', ATTEMPTS],
  [ConfigError.ConnectTimeout]: ['reconnect.connectTimeout', TIME],
  [ConfigError.HeartbeatInterval]: ['heartbeat.interval', TIME],
  [ConfigError.HeartbeatTimeout]: ['heartbeat.timeout', TIME],
  [ConfigError.Authenticate]: ['authenticate', 'reconnection to be on'],
  [ConfigError.IdleTimeout]: ['idleTimeout', TIME],
  [ConfigError.StallTimeout]: ['stallTimeout', TIME],
  [ConfigError.QueueMaxAge]: ['queue.maxAge', TIME],
  [ConfigError.HiddenCloseAfter]: ['hidden.closeAfter', TIME],
  [ConfigError.Hidden]: ['hidden', 'reconnection to be on'],
};

/** Returns the error for an option that the core finds impossible. */
export function invalidOptionError(fault: ConfigError, { _numbers: numbers }: Settings): TypeError {
  const [minDelay, maxDelay] = [numberOr(numbers[OptionIndex.MinDelay], 500), numberOr(numbers[OptionIndex.MaxDelay], 8_000)];
  const text =
    fault === ConfigError.MinAboveMax
      ? `reconnect.maxDelay ${maxDelay} is below reconnect.minDelay ${minDelay}; both are in milliseconds`
      : FAULTS[fault].join(' takes ');
  return TypeError(`holdfast-ws: option ${text}`);
}

const numberOr = (number: number | undefined, otherwise: number) =>
  number === undefined || Number.isNaN(number) ? otherwise : number;

/** Returns the error for a message that the core did not take. */
export function sendError(result: SendResult, { _numbers: numbers }: Settings, bytes = 0): DOMException {
  if (result === SendResult.NotOpen) {
    const why =
      numbers[OptionIndex.Reconnect] && numbers[OptionIndex.Queue]
        ? ''
        : `, and with ${numbers[OptionIndex.Reconnect] ? 'queue' : 'reconnect'}: false nothing waits until it is`;
    return domException('InvalidStateError', `The WebSocket is not open${why}.`);
  }
  const [messages, most] = [
    numberOr(numbers[OptionIndex.MaxMessages], 1024),
    numberOr(numbers[OptionIndex.MaxBytes], 1_048_576),
  ];
  const text =
    bytes > most
      ? `A message of ${bytes} bytes is more than queue.maxBytes, ${most}.`
      : `The queue is full: queue.maxMessages is ${messages}, queue.maxBytes ${most}.`;
  return domException('QuotaExceededError', text);
}

/** Throws a TypeError that names the option and what it takes. */
export function readOptions(options: Raw): Settings {
  const numbers = new Float64Array(OptionIndex.RequestTimeout + 1).fill(Number.NaN);
  const settings: Settings = { _numbers: numbers, _plain: options.reconnect === false, protocol: 'id', idKey: 'id' };
  numbers[OptionIndex.Reconnect] = numbers[OptionIndex.Queue] = 1;
  numbers[OptionIndex.Heartbeat] = 0;
  numbers[OptionIndex.RequestTimeout] = 10_000;
  readGroup(options, SCHEMA, '', settings);
  numbers[OptionIndex.AsksToReconnect] = +!!settings.shouldReconnect;
  numbers[OptionIndex.OnWake] = +(settings.onWake !== false);
  numbers[OptionIndex.DialHidden] = +(settings.dial !== false);
  numbers[OptionIndex.MatchesPong] = +(settings.pong !== undefined);
  numbers[OptionIndex.Authenticates] = +!!settings.authenticate;
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

/** Merges options: a later one replaces an earlier one, inside the groups too. */
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
  const options = { _numbers: Float64Array.of(numbers[OptionIndex.RequestTimeout], 1024), schema: validate };
  readGroup((given ?? {}) as Raw, rules, '', options);
  const [timeout, limit] = options._numbers;
  return { ...options, timeout, limit };
}
