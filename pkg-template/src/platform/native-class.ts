/**
 * The class to dial with. It is the one in `globalThis.WebSocket` at that moment, because a mock or a monitoring script may have been
 * installed after our import. If that is a class of ours, or the global is gone, it is the class that was there at import.
 */
import { throwMissingArgument } from './errors';
import { isObject, native } from './native';

type Class = typeof WebSocket;

const imported = globalThis.WebSocket as Class | undefined;

/** The last class in `globalThis.WebSocket` that was not ours, for an engine that gets one from a polyfill loaded later. */
let lastForeign = imported;

const classes = new WeakSet<object>();
const prototypes = new WeakSet<object>();

/** Registers a class of ours. */
export function registerClass(ours: { prototype: object }): void {
  classes.add(ours);
  prototypes.add(ours.prototype);
}

function inherits(value: object | null, from: WeakSet<object>): boolean {
  for (; isObject(value); value = Object.getPrototypeOf(value)) if (from.has(value)) return true;
  return false;
}

/** The class being dialled with, while its constructor runs. */
let dialingClass: Class | undefined;

/** Returns the underlying class, which ours dials with if ours is the one in `globalThis`. */
const underlyingClass = () => imported ?? (lastForeign === dialingClass ? undefined : lastForeign);

/** Returns the class to dial with; `undefined` if there is none. */
export function platformClass(): Class | undefined {
  const { WebSocket } = globalThis as { WebSocket?: Class };
  if (typeof WebSocket !== 'function' || inherits(WebSocket, classes)) return underlyingClass();
  // A proxy around a class of ours has its prototype.
  if (!inherits(WebSocket.prototype, prototypes)) lastForeign = WebSocket;
  return WebSocket;
}

/** Sockets that were dialled with a proxy around a class of ours, and have not opened yet. */
const wrapperSockets = new Map<WebSocket, string>();

/**
 * True if the socket about to be made is the one with which a mock around our class connects to the real server. It must be dialled
 * with the underlying class. Otherwise the mock would make another socket, in infinite recursion.
 */
export function isRequestedByWrapper(url: string): boolean {
  for (const [socket, dialledUrl] of wrapperSockets) {
    if (socket.readyState) wrapperSockets.delete(socket);
    else if (dialledUrl === url) return true;
  }
  return false;
}

/** True within the constructor of the class that is dialled with: it makes one of ours, so it is a wrapper around ours. */
export const isDialing = (): boolean => !!dialingClass;

/** Makes a socket with the underlying class. */
export function dialUnderlying(url: unknown, protocols: unknown): WebSocket {
  const Class = underlyingClass();
  if (!Class) throw Error('holdfast-ws: globalThis.WebSocket is holdfast-ws itself');
  return protocols === undefined ? new Class(url as string) : new Class(url as string, protocols as string[]);
}

/** Throws the platform's error for a missing URL. */
export function throwMissingUrl(): never {
  new (underlyingClass() as never as new () => unknown)();
  throwMissingArgument();
}

/** Makes a socket of the platform's class, or of the class that replaces it. */
export function dial(url: string, protocols: string[], under: boolean): WebSocket {
  const Class = under ? undefined : platformClass();
  if (!Class) return dialUnderlying(url, protocols);
  const before = dialingClass;
  dialingClass = Class;
  try {
    const socket = new Class(url, protocols);
    if (Class !== imported && inherits(Class.prototype, prototypes)) wrapperSockets.set(socket, url);
    return socket;
  } finally {
    dialingClass = before;
  }
}

const EVENTS = ['open', 'message', 'error', 'close'];

/** Returns the setter of a property, own or inherited. */
function setterOf(value: object | null, name: string): unknown {
  for (; value; value = Object.getPrototypeOf(value)) {
    const property = Object.getOwnPropertyDescriptor(value, name);
    if (property) return property.set;
  }
  return;
}

/** True if a socket fires its events as the platform's does: through its EventTarget, whichever way one listens. */
export const isPlatform = (socket: object): boolean =>
  Object.prototype.isPrototypeOf.call(native, socket) && EVENTS.every((type) => setterOf(socket, `on${type}`));
