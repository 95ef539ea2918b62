/**
 * Routes messages that are replies or calls of the server's; they are not delivered. Called only while there may be any.
 *
 * Text is parsed at most once, and only if it can hold a reply: the two built-in ways look for a bracket at its start and for
 * `"id"` anywhere. Anything that is neither awaited nor handled is delivered as a message.
 */
import { textOf } from '../messages/binary';
import type { Socket } from '../model/types';
import { guard, isObject } from '../platform/native';
import { resolveReply } from './requests';
import { receiveJsonRpc } from './rpc';

export function routeIncoming(socket: Socket, event: MessageEvent): boolean {
  const { protocol, idKey } = socket._settings;
  if (isObject(protocol)) {
    const decoded = socket._host._callNow('request.protocol.decode', () => protocol.decode(event.data));
    return !!guard(() => resolveReply(socket, Object(decoded)));
  }
  const data = textOf(event);
  const key = protocol === 'id' ? idKey : 'id';
  if (data === undefined || !/^\s*[[{]/.test(data) || !(socket._rpcHandlers.size || data.includes(JSON.stringify(key))))
    return false;
  let message: object;
  try {
    message = JSON.parse(data);
  } catch {
    return false;
  }
  if (protocol !== 'id') return receiveJsonRpc(socket, message);
  const { [key]: id, error, result, done } = message as { [key: string]: unknown };
  return resolveReply(socket, { id, error, result, done }, message);
}
