/** Reads the arguments of the constructor: the option `tabs`, and which of the others are for the connection, which for each tab. */
import { checkUrl, protocolList } from '../dom/webidl';
import { knownOptions, mergeOptions, NOT_OPTIONS, type Raw, readAllOptions } from '../model/options';
import { isPlainObject } from '../model/request-encoding';
import { domException, throwTypeError } from '../platform/errors';
import { isObject } from '../platform/native';
import { isOptions, NO_PRESET } from '../socket/construct';
import type { HubSettings, TabsSettings } from './types';

/** Frames of other versions mean other things. */
export const WIRE_VERSION = 1;

/** In the place of a URL, where a SharedWorker has it. */
export const SHARED = 'shared:';

/** The key of `HubSettings` in the option `tabs`. */
export const HUB = Symbol('hub');

export interface Arguments {
  url: unknown;
  protocols: unknown;
  /** All but `tabs`. */
  options: Raw;
  tabs: TabsSettings;
}

const CHECKS: { [name: string]: [takes: string, isValid: (value: unknown) => boolean] } = {
  key: ['a string', (value) => typeof value === 'string'],
  identity: ['a string', (value) => typeof value === 'string'],
  takeOverAfter: ['a number of 1000 ms or more', (value) => typeof value === 'number' && value >= 1_000],
  replay: [
    'a whole number from 0 to 1024',
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 1_024,
  ],
  otherwise: ["'own' or 'throw'", (value) => value === 'own' || value === 'throw'],
  linger: ['a number of 0 ms or more', (value) => typeof value === 'number' && value >= 0],
  greet: ['a function', (value) => typeof value === 'function'],
  worker: ['a function that returns a SharedWorker', (value) => typeof value === 'function'],
};

function readTabs(given: unknown): TabsSettings {
  const settings: TabsSettings = { takeOverAfter: 5_000, linger: 0, replay: 0, otherwise: 'own' };
  if (given === undefined) return settings;
  if (!isObject(given)) throwTypeError('option tabs takes an object');
  for (const [name, value] of Object.entries(given)) {
    const [takes, isValid] =
      CHECKS[name] ?? throwTypeError(`option tabs.${name} is unknown; there are ${Object.keys(CHECKS).join(', ')}`);
    if (value === undefined) continue;
    if (!isValid(value)) throwTypeError(`option tabs.${name} takes ${takes}`);
    (settings as unknown as Raw)[name] = value;
  }
  const hub = (given as { [HUB]?: HubSettings })[HUB];
  return hub ? { ...settings, hub } : settings;
}

/** The browser's constructor throws this, but here it is called later. https://websockets.spec.whatwg.org/#dom-websocket-websocket */
function checkProtocols(list: string[]): void {
  if (new Set(list).size < list.length || !list.every((name) => /^[!#-'*+.^-z|~-]+$/.test(name)))
    throw domException('SyntaxError', 'The subprotocols must be tokens, each of them once.');
}

export function readArguments(preset: Raw, [given, second, third]: unknown[]): Arguments {
  const url = typeof given === 'function' ? given : `${given}`;
  const isSecond = third === undefined && isOptions(second);
  const [listed, own] = isSecond ? [undefined, second] : [second, third];
  const protocols = listed === undefined ? [] : typeof listed === 'function' ? listed : protocolList(listed);
  // A class with a preset may come to a library that gives it arguments of its own.
  if (own != null && !isObject(own) && preset === NO_PRESET) throwTypeError(NOT_OPTIONS);
  const { tabs: ownTabs, ...ownRest } = (isObject(own) ? own : {}) as Raw;
  const known = preset === NO_PRESET ? ownRest : knownOptions(ownRest);
  const { tabs, ...options } = mergeOptions(preset, ownTabs === undefined ? known : { ...known, tabs: ownTabs });
  readAllOptions(options);
  if (options.reconnect === false && tabs !== undefined) throwTypeError('option tabs takes reconnection to be on');
  const settings = readTabs(tabs);
  const isShared = url === SHARED;
  if (isShared && !settings.worker) throwTypeError(`the URL ${SHARED} is for the option tabs.worker: the worker has the URL`);
  if (typeof url !== 'function' && typeof protocols !== 'function') checkProtocols(protocols);
  return {
    url: typeof url === 'function' || isShared ? url : checkUrl(url),
    protocols,
    options,
    tabs: settings,
  };
}

/** The options of each tab's own part: what is queued and asked there. The connection has the rest. */
export function optionsOfTab({ queue, request, guardUnload }: Raw, shouldReconnect: () => boolean): Raw {
  return {
    queue,
    request,
    guardUnload,
    backgroundTimer: false,
    // Attached again as soon as there is a connection: its delays are the connection's.
    reconnect: {
      minDelay: 1,
      maxDelay: 1,
      factor: 1,
      connectTimeout: Infinity,
      stableAfter: 0,
      onWake: false,
      shouldReconnect,
    },
  };
}

/**
 * The options of the connection. It serves visible tabs, too, when its own page is hidden. Each tab has the limits of its queue; the
 * connection's own is for what comes into doubt in the middle of a hand-over.
 */
export function optionsOfConnection({ guardUnload: _, hidden: __, ...options }: Raw): Raw {
  return { ...options, queue: { maxMessages: Infinity, maxBytes: Infinity } };
}

/** The text of what can be compared: of functions and classes, their source. */
const comparable = (value: unknown): string => JSON.stringify(value, (_, part) => asPlain(part)) ?? '';

function asPlain(part: unknown): unknown {
  if (typeof part === 'function' || typeof part === 'bigint' || (typeof part === 'number' && !Number.isFinite(part)))
    return `${part}`;
  if (part instanceof ArrayBuffer) return [...new Uint8Array(part)];
  const isPlain = !isObject(part) || Array.isArray(part) || isPlainObject(part);
  return isPlain ? part : { made: `${(part as object).constructor}`, ...(part as object) };
}

/**
 * The name that tabs of one connection share. Without a key it has the text of all that can be compared, and no hash: two different texts may
 * have the same hash, and a user who may choose the identity could find one with that of another's.
 */
export function nameOf({ url, protocols, options, tabs: { key, identity, worker, hub } }: Arguments): string {
  if (hub) return hub.name;
  // No key is another's name.
  const kind = `${worker ? '-worker' : ''}${key === undefined ? '-options' : ''}`;
  // The worker has the options, so those of the tabs may differ.
  const what = key ?? comparable(worker ? `${worker}` : [`${url}`, protocols, options]);
  return `holdfast${kind}:${WIRE_VERSION}:${what}:${comparable(identity)}`;
}
