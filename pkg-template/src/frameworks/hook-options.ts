/** The second argument of the hooks: the key for sharing, and the functions in it, of which the latest render's are called. */
import type { Options, Protocols, WebSocket as Socket, Target, WebSocketConstructor, WebSocketEventMap } from 'holdfast-ws';

type Listen<E> = (event: E, ws: Socket) => unknown;

/** The callbacks of a component. They are looked up at each event, so the latest is called. */
export interface Callbacks {
  onOpen?: Listen<Event>;
  onMessage?: Listen<MessageEvent>;
  onError?: Listen<Event>;
  onClose?: Listen<WebSocketEventMap['close']>;
  onExpired?: Listen<WebSocketEventMap['expired']>;
  onReconnecting?: Listen<WebSocketEventMap['reconnecting']>;
  onStatusChange?: Listen<WebSocketEventMap['statuschange']>;
}

/** By the types of events. */
export const CALLBACKS = {
  open: 'onOpen',
  message: 'onMessage',
  error: 'onError',
  close: 'onClose',
  expired: 'onExpired',
  reconnecting: 'onReconnecting',
  statuschange: 'onStatusChange',
} as const;

export interface Given extends Options, Callbacks {
  protocols?: Protocols;
  share?: boolean;
  WebSocket?: WebSocketConstructor;
}

export function throwTypeError(what: string): never {
  throw TypeError(`holdfast-ws: ${what}`);
}

/** Reads the arguments after the URL. The class takes protocols second and options third, so people try that here. */
export function readGiven(...[given, third]: unknown[]): Given {
  if (third !== undefined || (given != null && (typeof given !== 'object' || Array.isArray(given))))
    throwTypeError(
      'useWebSocket(url, options) takes an object as its second argument, and no third; protocols are an option: { protocols }',
    );
  const options = (given ?? {}) as Given;
  if (options.share !== undefined && typeof options.share !== 'boolean') throwTypeError('option share takes a boolean');
  if (typeof (options.WebSocket || Object) !== 'function') throwTypeError('option WebSocket takes a class');
  return options;
}

/** The socket's own options. */
export function optionsOf(given: Given): Options {
  const { protocols: _, share: __, WebSocket: ___, ...options } = given;
  for (const name of Object.values(CALLBACKS)) delete options[name];
  return options;
}

const identities = new WeakMap<object, number>();
let last = 0;

/** Returns a text that identifies an object. */
export function identify(it: object): string {
  const known = identities.get(it) ?? ++last;
  identities.set(it, known);
  return `#${known}`;
}

/** Returns a value's comparable parts, in a fixed order. All functions compare as equal: a component makes new ones with each render. */
const comparable = (value: unknown, depth: number): unknown =>
  Object(value) !== value
    ? `${value}`
    : depth &&
      typeof value === 'object' &&
      Object.entries(value as object)
        .filter(([, each]) => each !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, each]) => [name, comparable(each, depth - 1)]);

/**
 * Returns the key for sharing a socket: the text of the URL, the protocols, the class, and the options as far as they can be compared.
 *
 * @param nameOf The text that stands for a URL or protocols function.
 * @param self The component's own, which it shares with nobody.
 */
export function keyOf(url: Target, given: Given, self: string, nameOf: (given: object) => string): string {
  const { protocols } = given;
  const list = typeof protocols === 'function' ? nameOf(protocols) : protocols;
  const target = typeof url === 'function' ? nameOf(url) : `${url}`;
  return JSON.stringify([
    target,
    list,
    given.share === false && self,
    identify(given.WebSocket || Object),
    comparable(optionsOf(given), 2),
  ]);
}

type Raw = Record<PropertyKey, unknown>;

/**
 * Returns options in which each function, and each object of functions, is looked up when it is used. If it has been removed, the
 * previous one stays.
 *
 * @param depth How many groups may be inside of each other.
 */
export function follow(value: unknown, now: () => unknown, depth: number): unknown {
  const newest = () => {
    const found = now();
    return typeof found === typeof value ? found : value;
  };
  const isFunction = typeof value === 'function';
  // A validator may be a function with members.
  if (isFunction && !('~standard' in value)) return (...given: unknown[]) => (newest() as typeof value)(...given);
  // Strings, numbers and bytes.
  if (Object(value) !== value || /Array/.test(Object.prototype.toString.call(value))) return value;
  if (depth && !isFunction)
    return Object.fromEntries(
      Object.entries(value as Raw).map(([name, each]) => [
        name,
        follow(each, () => (now() as Raw | undefined)?.[name], depth - 1),
      ]),
    );
  return new Proxy(isFunction ? () => {} : {}, {
    get(_, name) {
      const owner = newest() as Raw;
      const member = owner[name];
      return typeof member === 'function' ? member.bind(owner) : member;
    },
  });
}
