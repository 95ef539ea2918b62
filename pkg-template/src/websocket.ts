/**
 * The class. What the browser's has is enumerable, as there; what is ours is not. Members are defined by a table, because
 * `WebSocket.with({ reconnect: false })` makes a class that stands directly on EventTarget, as the browser's does.
 * https://websockets.spec.whatwg.org/#the-websocket-interface
 */
import { Core } from 'holdfast:wasm';
import { Asking } from './asking';
import { load, Reading, Text } from './core';
import { misuse } from './errors';
import { STATUS } from './events';
import { Host } from './host';
import { addListener, removeListener, setHandler } from './listeners';
import { isObject, Native, native } from './native';
import { mergeOptions, NOT_OPTIONS, type Raw, readOptions } from './options';
import { send } from './send';
import { type Socket, socketOf, sockets } from './socket';
import { checkClose, checkUrl, clamp, payload, protocolList } from './webidl';

type Class = new (url: unknown, protocols?: unknown, options?: unknown) => EventTarget;

/** Absent while rendering on a server, where the class must exist but is never constructed. */
const Base = globalThis.EventTarget ?? Object;

const NO_PRESET = {};

const presets = new WeakMap<object, Raw>();

/** Of a class or the nearest it extends. `Reflect.construct` can bring one that extends none of ours. */
const presetOf = (made: object | null): Raw | undefined =>
  made ? (presets.get(made) ?? presetOf(Object.getPrototypeOf(made))) : undefined;

function construct(ws: EventTarget, preset: Raw, url: unknown, protocols: unknown, options: unknown): void {
  // What stands in for the browser's class takes what that takes: no functions, no third argument.
  const standsIn = preset.reconnect === false;
  const provided = typeof url === 'function' && !standsIn;
  const target = provided ? url : `${url}`;
  const list =
    protocols === undefined ? [] : typeof protocols === 'function' && !standsIn ? protocols : protocolList(protocols);
  // A class with a preset may come to a library that gives it arguments of its own.
  if (options != null && !isObject(options) && preset === NO_PRESET) misuse(NOT_OPTIONS);
  const settings = readOptions(isObject(options) && !standsIn ? mergeOptions(preset, options as Raw) : preset);
  const host = new Host();
  const ask = provided || typeof list === 'function';
  const socket = {
    _ws: ws,
    _host: host,
    _settings: settings,
    _givenUrl: ask && !provided ? checkUrl(target) : target,
    _givenProtocols: list,
    _bubbling: new Map(),
    _capturing: new Map(),
    _handlers: {},
    _shapes: {},
    _pending: new Map(),
    _calls: new Map(),
    _drains: new Set(),
    _binaryType: 'blob',
    _lastClose: null,
    _token: undefined,
  } as unknown as Socket;
  socket._core = ask
    ? new Core(host, undefined, undefined, settings._numbers)
    : new Core(host, target as string, list as string[], settings._numbers);
  host._weak = new WeakRef(socket);
  sockets.set(ws, socket);
}

/** Attributes that the core answers. */
const relayedNumber = (name: string, what: Reading) => ({
  get [name](): number {
    return socketOf(this)._core.read(what);
  },
});

const relayedText = (name: string, what: Text) => ({
  get [name](): string {
    return socketOf(this)._core.text(what) ?? '';
  },
});

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
      const { _core: core, _givenUrl: url } = socketOf(this);
      return core.text(Text.Url) ?? (typeof url === 'function' ? '' : url);
    },
  },
  relayedNumber('readyState', Reading.ReadyState),
  relayedNumber('bufferedAmount', Reading.BufferedAmount),
  handler('open'),
  handler('error'),
  handler('close'),
  relayedText('extensions', Text.Extensions),
  relayedText('protocol', Text.Protocol),
  handler('message'),
  {
    get binaryType(): string {
      return socketOf(this)._binaryType;
    },
    set binaryType(value: unknown) {
      const socket = socketOf(this);
      const type = `${value}`;
      if (type === 'blob' || type === 'arraybuffer') socket._core.binaryType = socket._binaryType = type;
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

const methods = {
  close(this: object, ...[code, reason]: unknown[]): void {
    const { _core: core } = socketOf(this);
    // Else the browser's socket is asked, which converts as the browser does (Chromium doesn't round) and throws its errors.
    if (core.text(Text.Url) === undefined) {
      const given = code === undefined ? code : clamp(code);
      checkClose(given, reason === undefined ? reason : `${reason}`);
    }
    core.close(code, reason);
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
    return STATUS[socketOf(this)._core.read(Reading.Status)];
  }
  get attempt(): number {
    return socketOf(this)._core.read(Reading.Attempt);
  }
  get retryAt(): number | null {
    return orNull(socketOf(this)._core.read(Reading.RetryAt));
  }
  get latency(): number | null {
    return orNull(socketOf(this)._core.read(Reading.Latency));
  }
  reconnect(): void {
    socketOf(this)._core.reconnect();
  }
  stats(): object {
    const { _core: core, _host: host } = socketOf(this);
    const read = (what: Reading) => core.read(what);
    const p50 = read(Reading.P50);
    return {
      connections: read(Reading.Connections),
      attempts: read(Reading.Attempts),
      sent: read(Reading.Sent) + host._sent,
      received: read(Reading.Received),
      pings: read(Reading.Pings),
      pongs: read(Reading.Pongs),
      queued: { messages: read(Reading.QueuedMessages), bytes: read(Reading.QueuedBytes) },
      unsent: read(Reading.Unsent),
      deadLines: read(Reading.DeadLines),
      requests: { pending: read(Reading.PendingRequests), late: read(Reading.LateReplies) },
      roundTrip: Number.isNaN(p50) ? null : { p50, p90: read(Reading.P90), p99: read(Reading.P99), max: read(Reading.Max) },
    };
  }
}

/** A class that stands on EventTarget itself. */
function makeClass(preset: Raw): Class {
  // The property gives the class its name, which a minifier would take from it otherwise.
  const { WebSocket } = {
    WebSocket: class extends (Base as unknown as Class) {
      constructor(_url: unknown, _protocols: unknown = undefined, _options: unknown = undefined) {
        load();
        // Throws the browser's error for a missing argument.
        if (!arguments.length) new (Native as unknown as new () => object)();
        super(undefined);
        construct(this, presetOf(new.target) ?? preset, _url, _protocols, _options);
      }
      static with(options: unknown): Class {
        return withOptions(this, options as Raw);
      }
    },
  };
  const { constructor: _, ...extras } = {
    ...Object.getOwnPropertyDescriptors(Asking.prototype),
    ...Object.getOwnPropertyDescriptors(Extras.prototype),
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
  return WebSocket;
}

/** `WebSocket.with(options)`: a subclass, except that what has to be the browser's class can't have ours above it. */
function withOptions(base: Class, options: Raw): Class {
  if (!isObject(options)) misuse(NOT_OPTIONS);
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
