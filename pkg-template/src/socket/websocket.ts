/**
 * The class. Members of the browser's class are enumerable, as there; ours are not. Members are defined by a table, because
 * `WebSocket.with({ reconnect: false })` makes a class that stands directly on EventTarget, as the browser's does.
 * https://websockets.spec.whatwg.org/#the-websocket-interface
 */
import { ensureStarted, isSupported } from '../core/start';
import { mergeOptions, NOT_OPTIONS, type Raw, readOptions } from '../model/options';
import { throwTypeError } from '../platform/errors';
import { defineMembers, isObject } from '../platform/native';
import { dialUnderlying, isDialing, registerClass, throwMissingUrl } from '../platform/native-class';
import { requestMethods } from '../requests/request-api';
import { construct, NO_PRESET } from './construct';
import { attributes, extras, methods, ownHandlers } from './members';

type Class = new (url: unknown, protocols?: unknown, options?: unknown) => EventTarget;

/** Absent while rendering on a server, where the class must exist but is never constructed. */
const Base = globalThis.EventTarget ?? Object;

const presets = new WeakMap<object, Raw>();

/** Returns the preset of a class, or of the nearest class that it extends. `Reflect.construct` can pass a class that extends none of ours. */
const presetOf = (made: object | null): Raw | undefined =>
  made ? (presets.get(made) ?? presetOf(Object.getPrototypeOf(made))) : undefined;

/** Makes a class that extends EventTarget directly. */
function makeClass(preset: Raw): Class {
  // The property gives the class its name, which a minifier would take from it otherwise.
  const { WebSocket } = {
    WebSocket: class extends (Base as unknown as Class) {
      // biome-ignore lint/correctness/noUnreachableSuper: the object returned in its place needs none.
      constructor(_url: unknown, _protocols: unknown = undefined, _options: unknown = undefined) {
        // A wrapper around our class is being dialled with, and connects with the underlying class.
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
  const { prototype } = WebSocket;
  // To stand where it does in the browser's, behind the methods.
  Reflect.deleteProperty(prototype, 'constructor');
  for (const each of attributes) defineMembers(prototype, each);
  ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((name, value) => {
    for (const owner of [prototype, WebSocket]) Object.defineProperty(owner, name, { value, enumerable: true });
  });
  defineMembers(prototype, methods);
  const own = [{ constructor: WebSocket }, requestMethods, extras];
  // The browser's class to the letter has none.
  if (preset.reconnect !== false) own.push(...(ownHandlers as never[]));
  if (Symbol.dispose)
    own.push({
      [Symbol.dispose](this: { close(): void }) {
        this.close();
      },
    } as never);
  for (const each of own) defineMembers(prototype, each, false);
  Object.defineProperty(prototype, Symbol.toStringTag, { value: 'WebSocket', configurable: true });
  presets.set(WebSocket, preset);
  registerClass(WebSocket);
  return WebSocket;
}

/** `WebSocket.with(options)`: a subclass. With `reconnect: false` it is a class of its own, because the browser's class extends EventTarget itself. */
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
