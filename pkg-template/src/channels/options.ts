/** Reads and checks the options of the channels. */
import { throwTypeError } from '../platform/errors';
import { isObject } from '../platform/native';
import type { Place, Via } from './via';

export interface Position {
  readonly epoch?: string;
  readonly offset: number;
}

/** The result of `token` and `authorize`: `lifetime` is in milliseconds. */
export type Token = string | { token: string; lifetime?: number };

export interface Codec {
  encode(value: unknown): unknown;
  decode(data: string | ArrayBuffer): unknown;
}

export interface BusSettings {
  via: Via;
  token: (() => unknown) | undefined;
  codec: Codec;
  reconnect: object | undefined;
  WebSocket: (new (...given: never[]) => unknown) | undefined;
}

export interface ChannelSettings {
  since: Position | Date | undefined;
  history: number;
  load: (() => unknown) | undefined;
  presence: { user: string; data?: unknown; grace?: number } | undefined;
  authorize: ((name: string) => unknown) | undefined;
}

/** Of `history()`. */
export interface HistorySettings {
  limit: number;
  before?: Position | undefined;
}

type Check = readonly [takes: string, isValid: (value: unknown) => boolean];

const isFunction = (value: unknown): boolean => typeof value === 'function';
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isPosition = (value: unknown): boolean => isObject(value) && isWhole((value as Position).offset);

const BUS: { [name in keyof BusSettings]: Check } = {
  via: ['an adapter, such as nchan()', (value) => isObject(value) && isFunction((value as Via).make)],
  token: ['a function', isFunction],
  codec: [
    'an object with encode() and decode()',
    (value) => isObject(value) && isFunction((value as Codec).encode) && isFunction((value as Codec).decode),
  ],
  reconnect: ['an object, as the class takes it', isObject],
  // Tabs that share a connection would each log in on it, and hear the others' answers.
  WebSocket: [
    'a class like that of holdfast-ws, not of holdfast-ws/tabs',
    (value) => isFunction(value) && !('role' in ((value as { prototype?: object }).prototype ?? {})),
  ],
};

const CHANNEL: { [name in keyof ChannelSettings]: Check } = {
  since: ['a position or a Date', (value) => isPosition(value) || (value instanceof Date && !Number.isNaN(+value))],
  history: ['a whole number from 0 to 10000', (value) => isWhole(value) && (value as number) <= 10_000],
  load: ['a function', isFunction],
  presence: [
    'an object with user, a string that is not empty',
    (value) =>
      isObject(value) && typeof (value as { user: unknown }).user === 'string' && (value as { user: string }).user !== '',
  ],
  authorize: ['a function', isFunction],
};

function read(what: string, checks: Record<string, Check>, given: unknown): Record<string, unknown> {
  if (!isObject(given)) throwTypeError(`the options of ${what} must be an object`);
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, name))
      throwTypeError(`option ${name} of ${what} is unknown; there are ${Object.keys(checks).join(', ')}`);
    if (value === undefined) continue;
    const [takes, isValid] = checks[name] as Check;
    if (!isValid(value)) throwTypeError(`option ${name} of ${what} takes ${takes}`);
    settings[name] = value;
  }
  return settings;
}

const HISTORY: { [name in keyof HistorySettings]: Check } = {
  limit: ['a whole number from 1', (value) => isWhole(value) && value !== 0],
  before: ['a position', isPosition],
};

const plain: Codec = { encode: (value) => value, decode: (data) => data };

export function readBusOptions(given: unknown): BusSettings {
  const settings = { codec: plain, ...read('Channels', BUS, given) };
  if (!('via' in settings)) throwTypeError(`option via of Channels takes ${BUS.via[0]}`);
  return settings as unknown as BusSettings;
}

export function readChannelOptions(given: unknown): ChannelSettings {
  return { history: 0, ...read('a channel', CHANNEL, given) } as unknown as ChannelSettings;
}

export function readHistoryOptions(given: unknown): HistorySettings {
  return { limit: 100, ...read('history()', HISTORY, given) };
}

export const toPlace = (position: Position | undefined): Place | undefined =>
  position && [position.epoch ?? '', position.offset];

export const toPosition = (place: unknown): Position | undefined =>
  place ? { epoch: (place as Place)[0], offset: (place as Place)[1] } : undefined;
