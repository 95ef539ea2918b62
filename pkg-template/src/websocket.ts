/**
 * The class. What the browser's has is enumerable, as there; what is ours is not. Members are defined by a table, because
 * `WebSocket.with({ reconnect: false })` makes a class that stands directly on EventTarget, as the browser's does.
 * https://websockets.spec.whatwg.org/#the-websocket-interface
 */
import { Core } from 'holdfast:wasm';
import { load } from './core';
import { STATUS } from './events';
import { Host } from './host';
import { addListener, removeListener, setHandler } from './listeners';
import { isObject, Native } from './native';
import { mergeOptions, type Raw, readOptions } from './options';
import { type Socket, socketOf, sockets } from './socket';
import { checkUrl, clamp, protocolList, snapshot } from './webidl';

type Class = new (url: unknown, protocols?: unknown, options?: unknown) => EventTarget;

/** Absent while rendering on a server, where the class must exist but is never constructed. */
const Base = globalThis.EventTarget ?? Object;

const presets = new WeakMap<object, Raw>();

/** Of a class or the nearest it extends. */
const presetOf = (made: object): Raw => presets.get(made) ?? presetOf(Object.getPrototypeOf(made));

const NO_PRESET = {};

const NOT_OPTIONS = 'holdfast-ws: options must be an object';

/** Ends the connections of sockets that nobody can observe any more. */
const collected = new FinalizationRegistry<Core>((core) => {
  core.close();
  core.free();
});

function construct(ws: EventTarget, made: object, url: unknown, protocols: unknown, options: unknown): void {
  const preset = presetOf(made);
  const provided = typeof url === 'function';
  const target = provided ? url : `${url}`;
  const list = protocols === undefined ? [] : typeof protocols === 'function' ? protocols : protocolList(protocols);
  // A class with a preset stands in for the browser's, which ignores any further argument.
  if (options != null && !isObject(options) && preset === NO_PRESET) throw TypeError(NOT_OPTIONS);
  const settings = readOptions(isObject(options) ? mergeOptions(preset, options as Raw) : preset);
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
    _lastClose: null,
  } as unknown as Socket;
  socket._core = ask
    ? new Core(host, undefined, undefined, settings._numbers)
    : new Core(host, target as string, list as string[], settings._numbers);
  host._weak = new WeakRef(socket);
  sockets.set(ws, socket);
  collected.register(ws, socket._core);
}

/** Attributes that the core answers. */
const relayed = (name: 'readyState' | 'bufferedAmount' | 'extensions' | 'protocol') => ({
  get [name](): unknown {
    return socketOf(this)._core[name];
  },
});

const handler = (type: string) => ({
  get [`on${type}`](): unknown {
    return socketOf(this)._handlers[type]?.[0] ?? null;
  },
  set [`on${type}`](value: unknown) {
    setHandler(socketOf(this), type, value);
  },
});

/** Does what is not ours: throws DOM's errors, and serves a `this` that is some other EventTarget. */
const native = globalThis.EventTarget?.prototype;

/** The browser's members, in its order. Of object literals, so that the functions have the right names, and no prototypes. */
const members = [
  {
    get url(): unknown {
      const { _core: core, _givenUrl: url } = socketOf(this);
      return core.url || (typeof url === 'function' ? '' : url);
    },
  },
  relayed('readyState'),
  relayed('bufferedAmount'),
  handler('open'),
  handler('error'),
  handler('close'),
  relayed('extensions'),
  relayed('protocol'),
  handler('message'),
  {
    get binaryType(): string {
      return socketOf(this)._core.binaryType;
    },
    set binaryType(value: unknown) {
      const core = socketOf(this)._core;
      const type = `${value}`;
      if (type === 'blob' || type === 'arraybuffer') core.binaryType = type;
    },
    close(this: object, code?: unknown, reason?: unknown): void {
      const core = socketOf(this)._core;
      core.close(code === undefined ? code : clamp(code), reason === undefined ? reason : `${reason}`);
    },
    send(this: object, data: unknown): void {
      const { _core: core, _host: host } = socketOf(this);
      // biome-ignore lint/complexity/noArguments: a rest parameter would make `length` 0
      if (!arguments.length) throw TypeError("Failed to execute 'send' on 'WebSocket': 1 argument required, but only 0 present.");
      if (core.send(data)) return;
      core.queue(...snapshot(data));
      host._review(socketOf(this));
    },
    addEventListener(this: EventTarget, type: string, callback: EventListener, options?: unknown): void {
      const socket = sockets.get(this);
      if (!socket || !isObject(callback)) return native.addEventListener.apply(this, arguments as never);
      const name = `${type}`;
      const { capture, once, passive, signal } = (isObject(options) ? options : { capture: options }) as AddEventListenerOptions;
      addListener(socket, name, callback, capture, once, passive, signal);
    },
    removeEventListener(this: EventTarget, type: string, callback: EventListener, options?: unknown): void {
      const socket = sockets.get(this);
      if (!socket || !isObject(callback)) return native.removeEventListener.apply(this, arguments as never);
      const name = `${type}`;
      removeListener(socket, name, callback, isObject(options) ? (options as EventListenerOptions).capture : options);
    },
  },
];

/** Our own members. Of a class, so that they aren't enumerable. */
class Extras {
  get status(): string | undefined {
    return STATUS[socketOf(this)._core.status];
  }
  get attempt(): number {
    return socketOf(this)._core.attempt;
  }
  get retryAt(): number | null {
    return socketOf(this)._core.retryAt ?? null;
  }
  get latency(): number | null {
    return socketOf(this)._core.latency ?? null;
  }
  reconnect(): void {
    socketOf(this)._core.reconnect();
  }
  stats(): object {
    const [connections, attempts, sent, received, pings, pongs, messages, bytes, unsent, deadLines, p50, p90, p99, max] =
      socketOf(this)._core.stats() as unknown as number[];
    return {
      connections,
      attempts,
      sent,
      received,
      pings,
      pongs,
      queued: { messages, bytes },
      unsent,
      deadLines,
      roundTrip: Number.isNaN(p50) ? null : { p50, p90, p99, max },
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
        // biome-ignore lint/complexity/noArguments: what was given, not what it became
        if (!arguments.length) new (Native as unknown as new () => object)();
        super(undefined);
        construct(this, new.target, _url, _protocols, _options);
      }
      static with(options: unknown): Class {
        return withOptions(this, options as Raw);
      }
    },
  };
  const { constructor: _, ...extras } = Object.getOwnPropertyDescriptors(Extras.prototype);
  const { prototype } = WebSocket;
  for (const some of members) Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(some));
  Object.defineProperties(prototype, extras);
  ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((name, value) => {
    Object.defineProperty(prototype, name, { value, enumerable: true });
    Object.defineProperty(WebSocket, name, { value, enumerable: true });
  });
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
  if (!isObject(options)) throw TypeError(NOT_OPTIONS);
  readOptions(options);
  const preset = mergeOptions(presetOf(base), options);
  if (preset.reconnect === false && presets.has(base)) return makeClass(preset);
  const { WebSocket } = {
    WebSocket: class extends base {
      // As the browser's: `length` is 1.
      constructor(_url: unknown, ..._more: unknown[]) {
        // biome-ignore lint/complexity/noArguments: a missing argument must stay missing
        super(...(arguments as unknown as [unknown]));
      }
    },
  };
  presets.set(WebSocket, preset);
  return WebSocket;
}

export const WebSocket = makeClass(NO_PRESET);
