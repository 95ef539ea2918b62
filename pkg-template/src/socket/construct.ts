/** Makes a socket: reads the arguments of the constructor, and starts the core. */
import { Core, endWhenCollected } from '../core/core';
import { Op, OptionIndex } from '../core/numbers';
import { checkUrl, protocolList } from '../dom/webidl';
import { knownOptions, mergeOptions, NOT_OPTIONS, type Raw, readAllOptions } from '../model/options';
import { isPlainObject } from '../model/request-encoding';
import { sockets } from '../model/sockets';
import type { Socket } from '../model/types';
import { throwTypeError } from '../platform/errors';
import { inRootZone, isObject } from '../platform/native';
import { warnOfManySockets } from '../platform/page';
import { Host } from './host';

/** The preset of a class that wasn't made by `with()`. */
export const NO_PRESET: Raw = {};

/** True for a plain object as the second argument: it can be neither a list of protocols nor the text of one, so it is the options. */
export const isOptions = (value: unknown): value is object =>
  isPlainObject(value) &&
  !('length' in value || Symbol.iterator in value || Symbol.toPrimitive in value) &&
  [undefined, Object.prototype.toString].includes(value.toString);

export function construct(ws: EventTarget, preset: Raw, url: unknown, given: unknown, third: unknown): void {
  // A class that replaces the browser's takes the same arguments: no functions, no third argument.
  const standsIn = preset.reconnect === false;
  const isSecond = third === undefined && !standsIn && isOptions(given);
  const [protocols, options] = isSecond ? [undefined, given] : [given, third];
  const provided = typeof url === 'function' && !standsIn;
  const target = provided ? url : `${url}`;
  const list =
    protocols === undefined ? [] : typeof protocols === 'function' && !standsIn ? protocols : protocolList(protocols);
  // A class with a preset may come to a library that gives it arguments of its own.
  if (options != null && !isObject(options) && preset === NO_PRESET) throwTypeError(NOT_OPTIONS);
  const own = isObject(options) && !standsIn ? (preset === NO_PRESET ? (options as Raw) : knownOptions(options as Raw)) : {};
  const settings = readAllOptions(mergeOptions(preset, own));
  const resolves = provided || typeof list === 'function';
  settings._numbers[OptionIndex.Resolves] = +resolves;
  const givenUrl = resolves && !provided ? checkUrl(target) : target;
  const host = new Host(settings, givenUrl, list);
  const socket = {
    _ws: ws,
    _host: host,
    _settings: settings,
    _givenUrl: givenUrl,
    _givenProtocols: list,
    _bubbling: new Map(),
    _capturing: new Map(),
    _messageCallback: undefined,
    _handlers: {},
    _eventPrototypes: {},
    _pending: new Map(),
    _rpcHandlers: new Map(),
    _drainWaiters: new Set(),
    _authenticating: undefined,
    _lastClose: null,
    _resumeToken: undefined,
  } as unknown as Socket;
  const core = new Core(host);
  socket._core = host._core = core;
  if (!inRootZone(() => core._call(Op.Start))) {
    core._end();
    throw host._constructorError;
  }
  host._weak = new WeakRef(socket);
  endWhenCollected(socket, core);
  sockets.set(ws, socket);
  warnOfManySockets(host);
}
