/** Finds the record of a socket by its WebSocket, the `this` of every attribute and method. */
import type { Socket } from './types';

export const sockets = new WeakMap<object, Socket>();

/** The brand check of every attribute and method. */
export function socketOf(ws: object): Socket {
  const socket = sockets.get(ws);
  if (!socket) throw TypeError('Illegal invocation');
  return socket;
}
