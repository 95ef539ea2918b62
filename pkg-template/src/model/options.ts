/**
 * Reads and checks the options object, and makes the errors of refused options and of refused messages. The defaults of the core's options
 * are here, because error texts name them; `xtask/tests/numbers.rs` compares them with the engine's.
 */
import { OptionIndex, SendResult } from '../core/numbers';
import { domException, throwTypeError } from '../platform/errors';
import { isObject, tag } from '../platform/native';
import type { CallOptions, Schema, Settings } from './types';

export const NOT_OPTIONS = 'options must be an object';

/** The user's options, of which nothing is known yet. */
export type Raw = Record<string, unknown>;

/** The record that options are read into, each by its own name. */
interface Read {
  /** By `OptionIndex`. Calls have none. */
  _numbers?: Float64Array;
}

/** Returns what the option takes, if the value isn't that. */
type Check = (value: unknown, name: string, read: Read) => string | false | undefined;
/** The index is the one of the number that the core reads: the value, or 1 for anything but `false`. Without a default it is 0. */
type Rules = { [name: string]: readonly [check: Check, index?: OptionIndex, byDefault?: number] };

/** The defaults of all options, by `OptionIndex`. */
const DEFAULTS = new Float64Array(OptionIndex.RequestTimeout + 1);

function table(rules: Rules): Rules {
  // An array of numbers passes over an index that it hasn't.
  for (const [, index = -1, byDefault = 0] of Object.values(rules)) DEFAULTS[index] = byDefault;
  // No prototype, so that 'constructor' and '__proto__' are unknown keys like any other.
  return Object.assign(Object.create(null), rules);
}

/** Takes values of the types that a text names. */
const typed =
  (takes: string): Check =>
  (value) =>
    !takes.split(/\W/).includes(typeof value === 'object' ? tag(value) : typeof value) && takes;

const number =
  (takes: string, isValid: (value: number) => boolean): Check =>
  (value) =>
    (typeof value !== 'number' || !isValid(value)) && takes;

/** Takes a group of options, or `otherwise` a boolean. */
const group =
  (rules: Rules, otherwise = ''): Check =>
  (value, name, read) => {
    if (isObject(value)) return readGroup(value as Raw, rules, read, `${name}.`);
    return !(otherwise && typeof value === 'boolean') && `${otherwise}an object`;
  };

const BOOLEAN = typed('a boolean');
const FUNCTION = typed('a function');
const STRING = typed('a string');
const SIGNAL = typed('an AbortSignal');
const COUNT = number('a number from 0 up', (value) => value >= 0);
// Less is below what the clocks of browsers tell apart.
const TIME = number('a number of more than 0 ms', (value) => value >= 0.001);
const OR_BOOLEAN = 'true, false or ';

/** A time that is in seconds, as likely as not, if it is a small number. Warns once of each. */
const warning =
  (check: Check): Check =>
  (value, name, read) => {
    if ((value as number) > 0 && (value as number) < 100 && !warnedOf.has(name)) {
      warnedOf.add(name);
      console.warn(`holdfast-ws: option ${name} is ${value} ms; times are in milliseconds`);
    }
    return check(value, name, read);
  };
const warnedOf = new Set<string>();
const TIMEOUT = warning(TIME);

const isFunction = (value: unknown) => typeof value === 'function';

const SCHEMA: Check = (value) => !isFunction((value as Schema)?.['~standard']?.validate) && 'a Standard Schema validator';

const PROTOCOL: Check = (value) => {
  const { encode, decode } = Object(value);
  return (
    !['id', 'json-rpc'].includes(value as string) &&
    !(isFunction(encode) && isFunction(decode)) &&
    "'id', 'json-rpc', or an object with encode() and decode()"
  );
};

const OPTIONS = table({
  reconnect: [
    group(
      table({
        minDelay: [TIME, OptionIndex.MinDelay, 500],
        maxDelay: [TIME, OptionIndex.MaxDelay, 8_000],
        factor: [number('a finite number from 1', (value) => value >= 1 && value < Infinity), OptionIndex.Factor, 2],
        maxAttempts: [number('1 or more, or Infinity', (value) => value >= 1), OptionIndex.MaxAttempts, Infinity],
        connectTimeout: [TIMEOUT, OptionIndex.ConnectTimeout, 10_000],
        stableAfter: [COUNT, OptionIndex.StableAfter, 5_000],
        onWake: [BOOLEAN, OptionIndex.OnWake, 1],
        shouldReconnect: [FUNCTION, OptionIndex.AsksToReconnect],
      }),
      OR_BOOLEAN,
    ),
    OptionIndex.Reconnect,
    1,
  ],
  heartbeat: [
    group(
      table({
        interval: [TIMEOUT, OptionIndex.HeartbeatInterval, 25_000],
        timeout: [TIMEOUT, OptionIndex.HeartbeatTimeout, 10_000],
        ping: [typed('a string, ArrayBuffer or function')],
        pong: [typed('a string or function'), OptionIndex.MatchesPong],
      }),
      OR_BOOLEAN,
    ),
    OptionIndex.Heartbeat,
  ],
  queue: [
    group(
      table({
        maxMessages: [COUNT, OptionIndex.MaxMessages, 1024],
        maxBytes: [COUNT, OptionIndex.MaxBytes, 1_048_576],
        maxAge: [TIME, OptionIndex.MaxAge, Infinity],
      }),
      OR_BOOLEAN,
    ),
    OptionIndex.Queue,
    1,
  ],
  idleTimeout: [TIMEOUT, OptionIndex.IdleTimeout, Infinity],
  stallTimeout: [TIMEOUT, OptionIndex.StallTimeout, Infinity],
  authenticate: [FUNCTION, OptionIndex.Authenticates],
  backgroundTimer: [BOOLEAN],
  guardUnload: [BOOLEAN],
  hidden: [
    group(table({ closeAfter: [TIMEOUT, OptionIndex.CloseAfter, Infinity], dial: [BOOLEAN, OptionIndex.DialHidden, 1] })),
  ],
  resume: [FUNCTION],
  request: [
    group(
      table({
        timeout: [warning(COUNT), OptionIndex.RequestTimeout, 10_000],
        protocol: [PROTOCOL],
        idKey: [STRING],
        validate: [SCHEMA],
      }),
    ),
  ],
});

/** The options of calls. */
export const MESSAGES = table({ signal: [SIGNAL], limit: [COUNT] });
export const REQUEST = table({ signal: [SIGNAL], timeout: [COUNT], retry: [BOOLEAN], schema: [SCHEMA] });
export const STREAM = table({ ...MESSAGES, ...REQUEST });

function readGroup(options: Raw, rules: Rules, read: Read, path = ''): undefined {
  for (const key in options) {
    const value = options[key];
    const [check, index = -1] =
      rules[key] ?? throwTypeError(`option ${path}${key} is unknown; there are ${Object.keys(rules).join(', ')}`);
    if (value === undefined) continue;
    const takes = check(value, path + key, read);
    if (takes) throwTypeError(`option ${path}${key} takes ${takes}`);
    (read as Raw)[key] = value;
    if (read._numbers) read._numbers[index] = typeof value === 'number' ? value : +(value !== false);
  }
}

/** Returns the error for a message that the core did not take. */
export function sendError(result: SendResult, { _numbers: numbers }: Settings, bytes = 0): DOMException {
  const {
    [OptionIndex.Reconnect]: reconnects,
    [OptionIndex.Queue]: queues,
    [OptionIndex.MaxMessages]: messages,
    [OptionIndex.MaxBytes]: most,
  } = numbers;
  if (result === SendResult.NotOpen) {
    const off = !reconnects ? 'reconnect' : !queues && 'queue';
    return domException(
      'InvalidStateError',
      `The WebSocket is not open${off ? `, and with ${off}: false nothing waits until it is` : ''}.`,
    );
  }
  return domException(
    'QuotaExceededError',
    bytes > (most as number)
      ? `A message of ${bytes} bytes is more than queue.maxBytes, ${most}.`
      : `The queue is full: queue.maxMessages is ${messages}, queue.maxBytes ${most}.`,
  );
}

/** Throws a TypeError that names the option and what it takes. */
export function readOptions(options: Raw): Settings {
  const settings: Settings = {
    _numbers: DEFAULTS.slice(),
    _plain: options.reconnect === false,
    protocol: 'id',
    idKey: 'id',
  };
  readGroup(options, OPTIONS, settings);
  return settings;
}

/** The same for all options of a socket, which must go together. */
export function readAllOptions(options: Raw): Settings {
  const settings = readOptions(options);
  const {
    [OptionIndex.MinDelay]: minDelay,
    [OptionIndex.MaxDelay]: maxDelay,
    [OptionIndex.Authenticates]: authenticates,
    [OptionIndex.DialHidden]: dials,
    [OptionIndex.CloseAfter]: closeAfter,
  } = settings._numbers;
  if ((minDelay as number) > (maxDelay as number))
    throwTypeError(`option reconnect.maxDelay ${maxDelay} is below reconnect.minDelay ${minDelay}; both are in milliseconds`);
  const wanting = authenticates ? 'authenticate' : (!dials || closeAfter !== Infinity) && 'hidden';
  if (settings._plain && wanting) throwTypeError(`option ${wanting} takes reconnection to be on`);
  return settings;
}

let warned = false;

/** Returns the options without those that are unknown: a library that is given a class of `with()` may pass options of another package. */
export function knownOptions(given: Raw): Raw {
  const known = { ...given };
  const unknown = Object.keys(given).filter((key) => !OPTIONS[key]);
  for (const key of unknown) delete known[key];
  if (unknown.length && !warned) {
    warned = true;
    console.warn(`holdfast-ws: passed over options that are unknown: ${unknown.join(', ')}`);
  }
  return known;
}

/** Merges options: a later one replaces an earlier one, inside the groups too. */
export function mergeOptions(preset: Raw, given: Raw): Raw {
  // No prototype, so that an own `__proto__` of JSON is a key like any other: unknown.
  const merged: Raw = Object.assign(Object.create(null), preset);
  for (const key in given) {
    const value = given[key];
    const before = preset[key];
    // `true` keeps the preset.
    if (value === true && isObject(before)) continue;
    if (value !== undefined) merged[key] = isObject(value) && isObject(before) ? { ...before, ...value } : value;
  }
  return merged;
}

/** The same for the options of a call. */
export function readCallOptions(rules: Rules, given: unknown, { _numbers: numbers, validate }: Settings): CallOptions {
  if (given != null && !isObject(given)) throwTypeError(NOT_OPTIONS);
  const options: CallOptions = { timeout: numbers[OptionIndex.RequestTimeout] as number, limit: 1024, schema: validate };
  readGroup((given ?? {}) as Raw, rules, options as Read);
  return options;
}
