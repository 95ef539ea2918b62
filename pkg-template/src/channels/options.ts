/** Reads and checks the options of the channels. */
import { addOptions, type Check, type Checks, CODEC, FUNCTION, having, isWhole } from '../model/checked-options';
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
  presence: PresenceSettings | undefined;
  authorize: ((name: string) => unknown) | undefined;
}

export interface PresenceSettings {
  user: string;
  data: unknown;
  grace: number;
}

/** Of `history()`. */
export interface HistorySettings {
  limit: number;
  before?: Position | undefined;
}

const isString = (value: unknown): boolean => typeof value === 'string';

export const isPosition = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  const { epoch, offset } = value as Position;
  return isWhole(offset, 0) && (epoch === undefined || isString(epoch));
};

const BUS: { [name in keyof BusSettings]: Check } = {
  via: ['an adapter, such as nchan()', (value) => having(value, 'make')],
  token: FUNCTION,
  codec: CODEC,
  reconnect: ['an object, as the class takes it', isObject],
  // Tabs that share a connection would each log in on it, and hear the others' answers.
  WebSocket: [
    'a class like that of holdfast-ws, not of holdfast-ws/tabs',
    (value) => FUNCTION[1](value) && !('role' in ((value as { prototype?: object }).prototype ?? {})),
  ],
};

const CHANNEL: { [name in keyof ChannelSettings]: Check } = {
  since: ['a position or a Date', (value) => isPosition(value) || (value instanceof Date && !Number.isNaN(+value))],
  history: ['a whole number from 0 to 10000', (value) => isWhole(value, 0, 10_000)],
  load: FUNCTION,
  presence: ['an object with user', isObject],
  authorize: FUNCTION,
};

const PRESENCE: { [name in keyof PresenceSettings]-?: Check } = {
  user: ['a string that is not empty', (value) => isString(value) && value !== ''],
  data: ['a value that JSON has', (value) => JSON.stringify(value) !== undefined],
  grace: ['a number of 0 ms or more', (value) => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY],
};

const HISTORY: { [name in keyof HistorySettings]-?: Check } = {
  limit: ['a whole number from 1 to 10000', (value) => isWhole(value, 1, 10_000)],
  before: ['a position', isPosition],
};

const read = <Settings>(usual: object, what: string, checks: Checks, given: unknown): Settings => {
  const settings = { ...usual };
  addOptions(settings, what, checks, given);
  return settings as Settings;
};

const plain: Codec = { encode: (value) => value, decode: (data) => data };

export function readBusOptions(given: unknown): BusSettings {
  const settings = read<BusSettings>({ codec: plain }, 'Channels', BUS, given);
  if (!settings.via) throwTypeError(`option via of Channels takes ${BUS.via[0]}`);
  return settings;
}

/** For how long (ms) a user whose connection was lost is a member still. */
export const GRACE = 15_000;

export function readChannelOptions(given: unknown): ChannelSettings {
  const settings = read<ChannelSettings>({ history: 0 }, 'a channel', CHANNEL, given);
  if (settings.presence) {
    const usual = { data: null, grace: GRACE };
    settings.presence = read<PresenceSettings>(usual, 'presence', PRESENCE, settings.presence);
    if (!settings.presence.user) throwTypeError(`option user of presence takes ${PRESENCE.user[0]}`);
  }
  return settings;
}

export const readHistoryOptions = (given: unknown): HistorySettings => read({ limit: 100 }, 'history()', HISTORY, given);

export const toPlace = (position: Position | undefined): Place | undefined =>
  position && [position.epoch ?? '', position.offset];

export const toPosition = (place: unknown): Position | undefined =>
  place ? { epoch: (place as Place)[0], offset: (place as Place)[1] } : undefined;
