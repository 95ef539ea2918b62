/** The entry of the build that each world makes once more: the class, and what a world asks of it at its end. */
import { sockets } from '../model/sockets';
import type { Socket } from '../model/types';

export { ConnectionLostError, RpcError } from '../platform/errors';
export { WebSocket } from '../socket/websocket';

/** Names the requests that are pending. In a world `sockets` is a Map: see `scope.ts`. */
export function pendingRequests(): string[] {
  const all = [...(sockets as unknown as Map<object, Socket>).values()];
  const pending = all.filter(({ _pending }) => _pending.size);
  return pending.map(({ _pending: { size }, _host }) => `${size} request${size > 1 ? 's' : ''} to ${_host._url} pending`);
}
