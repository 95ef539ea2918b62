/**
 * Reads the options object: which keys there are, and of what type. What a number may be is the core's to judge;
 * here it only must be one. The defaults are the core's too: NaN in its list of numbers stands for "not given".
 */
import { isObject } from './native';

/** The user's options, of which nothing is known yet. */
export type Raw = Record<string, unknown>;

/** What a socket keeps of its options. */
export interface Settings {
  /** In the order of the core's constructor; the digits in SCHEMA are positions in it. */
  _numbers: Float64Array;
  _plain: boolean;
  shouldReconnect?: (event: CloseEvent, attempt: number) => unknown;
  ping?: unknown;
  pong?: unknown;
}

/** A position: a number. A text: the types allowed, as the error names them. A pair: `false`, or a group of options; its switch. */
type Rule = number | string | [number, Schema];
type Schema = { [name: string]: Rule };

// No prototype, so that 'constructor' and '__proto__' are unknown keys like any other.
const table = (schema: Schema): Schema => Object.assign(Object.create(null), schema);

const SCHEMA = table({
  reconnect: [
    0,
    table({
      minDelay: 1,
      maxDelay: 2,
      factor: 3,
      maxAttempts: 4,
      connectTimeout: 5,
      stableAfter: 6,
      shouldReconnect: 'a function',
    }),
  ],
  heartbeat: [8, table({ interval: 9, timeout: 10, ping: 'a string, ArrayBuffer or function', pong: 'a string or function' })],
  queue: [12, table({ maxMessages: 13, maxBytes: 14 })],
  idleTimeout: 15,
  stallTimeout: 16,
});

/** `[object ArrayBuffer]` is 'ArrayBuffer', from whichever frame it comes. */
export const tag = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

function readGroup(options: Raw, schema: Schema, path: string, settings: Settings & Raw): void {
  for (const key in options) {
    const value = options[key];
    const rule = schema[key];
    const fail = (takes: string) => {
      throw TypeError(`holdfast-ws: option ${path}${key} ${takes}`);
    };
    if (rule === undefined) fail(`is unknown; there are ${Object.keys(schema).join(', ')}`);
    else if (value === undefined) continue;
    else if (typeof rule === 'number') {
      // Below zero is nonsense for each of them, NaN too; the core couldn't tell it from zero.
      if (typeof value !== 'number' || !(value >= 0)) fail('takes a number from 0 up');
      settings._numbers[rule] = value as number;
    } else if (typeof rule === 'string') {
      if (!rule.includes(typeof value === 'object' ? tag(value) : typeof value)) fail(`takes ${rule}`);
      settings[key] = value;
    } else {
      settings._numbers[rule[0]] = +(value !== false);
      if (isObject(value)) readGroup(value as Raw, rule[1], `${key}.`, settings);
      else if (value !== false) fail('takes false or an object');
    }
  }
}

/** Throws a TypeError that names the option and what it takes. */
export function readOptions(options: Raw): Settings {
  const numbers = new Float64Array(17).fill(Number.NaN);
  const settings: Settings = { _numbers: numbers, _plain: options.reconnect === false };
  numbers[0] = numbers[12] = 1;
  numbers[8] = 0;
  readGroup(options, SCHEMA, '', settings as Settings & Raw);
  numbers[7] = +!!settings.shouldReconnect;
  numbers[11] = +(settings.pong !== undefined);
  return settings;
}

/** What is given later wins, option by option inside the groups. */
export function mergeOptions(preset: Raw, given: Raw): Raw {
  const merged = { ...preset };
  for (const key in given) {
    const value = given[key];
    if (value !== undefined) merged[key] = isObject(value) && isObject(preset[key]) ? { ...preset[key], ...value } : value;
  }
  return merged;
}
