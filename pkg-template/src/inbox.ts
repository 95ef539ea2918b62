/**
 * Which messages are replies, or calls of the server's, and not to be delivered. Called only while there may be any.
 *
 * Text is parsed at most once, and only if it can hold a reply: the two built-in ways look for a bracket at its start and for
 * `"id"` anywhere. What nobody awaits or handles is a message like any other.
 */
import { guard, isObject } from './native';
import { replied } from './requests';
import { receive } from './rpc';
import type { Socket } from './socket';

export function read(socket: Socket, data: unknown): boolean {
  const { protocol } = socket._settings;
  if (isObject(protocol)) return !!guard(() => replied(socket, Object(protocol.decode(data))));
  if (typeof data !== 'string' || !/^\s*[[{]/.test(data) || !(socket._calls.size || data.includes('"id"'))) return false;
  let message: object;
  try {
    message = JSON.parse(data);
  } catch {
    return false;
  }
  return protocol === 'id' ? replied(socket, message, message) : receive(socket, message);
}
