/** The entry of the build that each world makes once more: the class, and what a world asks of it at its end. */
import { sockets } from '../model/sockets';
import type { Socket } from '../model/types';

export { ConnectionLostError, RpcError } from '../platform/errors';
export { WebSocket } from '../socket/websocket';

const several = (size: number, name: string) => `${size} ${name}${size > 1 ? 's' : ''}`;

/** Names the promises that are not settled: of requests, and of `drained()`. In a world `sockets` is a Map: see `scope.ts`. */
export function pendingPromises(): string[] {
  const all = [...(sockets as unknown as Map<object, Socket>).values()];
  return all.flatMap(({ _pending, _drainWaiters, _host: { _url: url } }) => [
    ...(_pending.size ? [`${several(_pending.size, 'request')} to ${url} pending`] : []),
    ...(_drainWaiters.size ? [`${several(_drainWaiters.size, 'call')} of drained() of ${url} pending`] : []),
  ]);
}
