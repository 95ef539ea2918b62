/**
 * The class. What the browser's has is enumerable, as there; what is ours is not. Members are defined by a table, because
 * `WebSocket.with({ reconnect: false })` makes a class that stands directly on EventTarget, as the browser's does.
 * https://websockets.spec.whatwg.org/#the-websocket-interface
 */
import { Core } from 'holdfast:wasm';
import { Op, OptionIndex } from '../core/numbers';
import { ensureStarted, isSupported } from '../core/start';
import { checkClose, checkUrl, clamp, payload, protocolList } from '../dom/webidl';
import { addListener, removeListener, setHandler } from '../messages/listeners';
import { send, sendNow } from '../messages/send';
import { unsentCount } from '../messages/unload';
import { knownOptions, mergeOptions, NOT_OPTIONS, type Raw, readOptions } from '../model/options';
import { isPlainObject } from '../model/protocols';
import { socketOf, sockets } from '../model/sockets';
import type { Socket } from '../model/types';
import { throwTypeError } from '../platform/errors';
import { STATUS } from '../platform/events';
import { inRootZone, isObject, native } from '../platform/native';
import { dialUnderlying, isDialing, registerClass, throwMissingUrl } from '../platform/native-class';
import { warnOfManySockets } from '../platform/page';
import { RequestMethods } from '../requests/request-api';
import { Host } from './host';

type Class = new (url: unknown, protocols?: unknown, options?: unknown) => EventTarget;

/** Absent while rendering on a server, where the class must exist but is never constructed. */
const Base = globalThis.EventTarget ?? Object;

const NO_PRESET = {};

const presets = new WeakMap<object, Raw>();

/** Of a class or the nearest it extends. `Reflect.construct` can bring one that extends none of ours. */
const presetOf = (made: object | null): Raw | undefined =>
  made ? (presets.get(made) ?? presetOf(Object.getPrototypeOf(made))) : undefined;

/** True for an object that can be no list of protocols, nor any text of use: the options, where nothing stands between. */
const isOptions = (value: unknown): value is object =>
  isPlainObject(value) &&
  !('length' in value || Symbol.iterator in value || Symbol.toPrimitive in value) &&
  [undefined, Object.prototype.toString].includes(value.toString);

function construct(ws: EventTarget, preset: Raw, url: unknown, given: unknown, third: unknown): void {
  // What stands in for the browser's class takes what that takes: no functions, no third argument.
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
  const settings = readOptions(mergeOptions(preset, own));
  const asks = provided || typeof list === 'function';
  settings._numbers[OptionIndex.Resolves] = +asks;
  const givenUrl = asks && !provided ? checkUrl(target) : target;
  const host = new Host(settings, givenUrl, list);
  const socket = {
    _ws: ws,
    _host: host,
    _settings: settings,
    _givenUrl: givenUrl,
    _givenProtocols: list,
    _bubbling: new Map(),
    _capturing: new Map(),
    _handlers: {},
    _eventPrototypes: {},
    _pending: new Map(),
    _calls: new Map(),
    _drains: new Set(),
    _admitting: undefined,
    _lastClose: null,
    _token: undefined,
  } as unknown as Socket;
  try {
    socket._core = inRootZone(() => new Core(host));
  } catch (error) {
    throw host._refusal ?? error;
  }
  host._weak = new WeakRef(socket);
  sockets.set(ws, socket);
  warnOfManySockets(host);
}

/** Attributes that the core answers. */
const ofCore = (name: string, op: Op) => ({
  get [name](): number {
    return socketOf(this)._core._call(op);
  },
});

/** The same for those of the browser's socket. */
const ofNative = (name: 'extensions' | 'protocol') => ({
  get [name](): string {
    return nativeOf(this)?.[name] ?? '';
  },
});

/** The browser's socket that was made last. */
const nativeOf = (ws: object) => socketOf(ws)._host._slots._native;

const orNull = (number: number) => (Number.isNaN(number) ? null : number);

const handler = (type: string) => ({
  get [`on${type}`](): unknown {
    return socketOf(this)._handlers[type]?.[0] ?? null;
  },
  set [`on${type}`](value: unknown) {
    setHandler(socketOf(this), type, value);
  },
});

/** The browser's attributes, in its order. Of object literals, so that the functions have the right names, and no prototypes. */
const attributes = [
  {
    get url(): unknown {
      const { _givenUrl: url } = socketOf(this);
      return nativeOf(this)?.url ?? (typeof url === 'function' ? '' : url);
    },
  },
  ofCore('readyState', Op.ReadyState),
  ofCore('bufferedAmount', Op.BufferedAmount),
  handler('open'),
  handler('error'),
  handler('close'),
  ofNative('extensions'),
  ofNative('protocol'),
  handler('message'),
  {
    get binaryType(): string {
      return socketOf(this)._host._binaryType;
    },
    set binaryType(value: unknown) {
      const host = socketOf(this)._host;
      const { _native: native } = host._slots;
      const type = `${value}`;
      if (type === 'blob' || type === 'arraybuffer') {
        host._binaryType = type;
        if (native) native.binaryType = type;
      }
    },
  },
];

/** Leaves to the browser what is not ours: errors, and a `this` that is some other EventTarget. `length` is 2. */
const listening = (method: 'addEventListener' | 'removeEventListener', run: typeof addListener) => ({
  [method](this: EventTarget, type: unknown, callback: EventListener, ...[options]: unknown[]): void {
    const socket = sockets.get(this);
    if (socket && isObject(callback)) run(socket, `${type}`, callback, isObject(options) ? options : { capture: options });
    else native[method].apply(this, arguments as never);
  },
});

/**
 * Closes the platform's socket. Returns true if it has ended within the call: one that was connecting does in Node from version 23 on,
 * and fires its events before the core knows that the application asked for it. So nobody hears those; the core dispatches its own.
 */
function closeNative(native: WebSocket, plain: boolean, code: number, reason: string): boolean {
  if (plain || native.readyState) {
    native.close(code, reason);
    return false;
  }
  // Replaced, not removed: a listener keeps its place among the others.
  const { onerror, onclose } = native;
  let ended = false;
  native.onerror = () => {};
  native.onclose = () => {
    ended = true;
  };
  try {
    native.close(code, reason);
  } finally {
    Object.assign(native, { onerror, onclose });
  }
  return ended;
}

const methods = {
  close(this: object, ...[code, reason]: unknown[]): void {
    const { _core: core, _host: host } = socketOf(this);
    const { _native: native } = host._slots;
    // The browser's is asked first, and of any state: it converts as the browser does (Chromium doesn't round) and throws its
    // errors (a reason without a code, in Chromium). A refusal that came later would leave us closing for ever.
    const ended = native
      ? closeNative(native, host._settings._plain, code as number, reason as string)
      : checkClose(code === undefined ? code : clamp(code), reason === undefined ? reason : `${reason}`);
    core._call(Op.Close, 0, +!!ended);
  },
  send(this: object, data: unknown): void {
    const socket = socketOf(this);
    if (!arguments.length) throw TypeError("Failed to execute 'send' on 'WebSocket': 1 argument required, but only 0 present.");
    send(socket, socket._settings._plain ? data : payload(data));
  },
  ...listening('addEventListener', addListener),
  ...listening('removeEventListener', removeListener),
};

/** Our own members. Of a class, so that they aren't enumerable. */
class Extras {
  get status(): string | undefined {
    return STATUS[socketOf(this)._core._call(Op.Status)];
  }
  get attempt(): number {
    return socketOf(this)._core._call(Op.Attempt);
  }
  get retryAt(): number | null {
    return orNull(socketOf(this)._core._call(Op.RetryAt));
  }
  get unsentCount(): number {
    return unsentCount(socketOf(this));
  }
  get latency(): number | null {
    return orNull(socketOf(this)._core._call(Op.Latency));
  }
  reconnect(): void {
    const { _core: core } = socketOf(this);
    inRootZone(() => core._call(Op.Reconnect));
  }
  trySend(data: unknown): boolean {
    const socket = socketOf(this);
    const message = payload(data);
    return socket._core._call(Op.ReadyState) === 1 && sendNow(socket, message);
  }
  stats(): object {
    const { _core: core, _host: host } = socketOf(this);
    const read = (op: Op) => core._call(op);
    const p50 = read(Op.P50);
    return {
      connections: read(Op.Connections),
      attempts: read(Op.Attempts),
      sent: read(Op.Sent) + host._sent,
      received: read(Op.Received) + host._received,
      pings: read(Op.Pings),
      pongs: read(Op.Pongs),
      queued: { messages: read(Op.QueuedMessages), bytes: read(Op.QueuedBytes) },
      unsent: read(Op.Unsent),
      deadLines: read(Op.DeadConnections),
      requests: { pending: read(Op.PendingRequests), late: read(Op.LateReplies) },
      roundTrip: Number.isNaN(p50) ? null : { p50, p90: read(Op.P90), p99: read(Op.P99), max: read(Op.Max) },
    };
  }
}

/** `on…` for events of our own. Not enumerable either. */
const ownHandlers = Object.fromEntries(
  ['statuschange', 'reconnecting'].flatMap((type) =>
    Object.entries(Object.getOwnPropertyDescriptors(handler(type))).map(([name, property]) => [
      name,
      { ...property, enumerable: false },
    ]),
  ),
);

/** A class that stands on EventTarget itself. */
function makeClass(preset: Raw): Class {
  // The property gives the class its name, which a minifier would take from it otherwise.
  const { WebSocket } = {
    WebSocket: class extends (Base as unknown as Class) {
      // biome-ignore lint/correctness/noUnreachableSuper: the object returned in its place needs none.
      constructor(_url: unknown, _protocols: unknown = undefined, _options: unknown = undefined) {
        // A wrapper around our class is being dialled with, and asks for what is beneath it.
        // biome-ignore lint/correctness/noConstructorReturn: the wrapper wants a socket of the platform's.
        if (isDialing()) return dialUnderlying(_url, _protocols) as never;
        ensureStarted();
        // Throws the browser's error for a missing argument.
        if (!arguments.length) throwMissingUrl();
        super(undefined);
        construct(this, presetOf(new.target) ?? preset, _url, _protocols, _options);
      }
      static with(options: unknown): Class {
        return withOptions(this, options as Raw);
      }
      static get supported(): boolean {
        return isSupported();
      }
    },
  };
  const { constructor: _, ...extras } = {
    ...Object.getOwnPropertyDescriptors(RequestMethods.prototype),
    ...Object.getOwnPropertyDescriptors(Extras.prototype),
    // The browser's class to the letter has none.
    ...(preset.reconnect === false ? {} : ownHandlers),
  };
  const { prototype } = WebSocket;
  // To stand where it does in the browser's, behind the methods.
  Reflect.deleteProperty(prototype, 'constructor');
  for (const some of attributes) Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(some));
  ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((name, value) => {
    for (const owner of [prototype, WebSocket]) Object.defineProperty(owner, name, { value, enumerable: true });
  });
  Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(methods));
  Object.defineProperty(prototype, 'constructor', { value: WebSocket, configurable: true, writable: true });
  Object.defineProperties(prototype, extras);
  Object.defineProperty(prototype, Symbol.toStringTag, { value: 'WebSocket', configurable: true });
  if (Symbol.dispose) {
    const value = function (this: { close(): void }) {
      this.close();
    };
    Object.defineProperty(prototype, Symbol.dispose, { value, configurable: true, writable: true });
  }
  presets.set(WebSocket, preset);
  registerClass(WebSocket);
  return WebSocket;
}

/** `WebSocket.with(options)`: a subclass, except that what has to be the browser's class can't have ours above it. */
function withOptions(base: Class, options: Raw): Class {
  if (!isObject(options)) throwTypeError(NOT_OPTIONS);
  readOptions(options);
  const preset = mergeOptions(presetOf(base) ?? NO_PRESET, options);
  if (preset.reconnect === false && presets.has(base)) return makeClass(preset);
  const { WebSocket } = {
    WebSocket: class extends base {
      // As the browser's: `length` is 1.
      constructor(_url: unknown, ..._more: unknown[]) {
        super(...(arguments as unknown as [unknown]));
      }
    },
  };
  presets.set(WebSocket, preset);
  return WebSocket;
}

export const WebSocket = makeClass(NO_PRESET);
