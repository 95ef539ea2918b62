/** The methods for requests, JSON-RPC, streams of messages, and `drained()`. */

import { Op } from '../core/numbers';
import { addListener, removeListener } from '../messages/listeners';
import { send } from '../messages/send';
import { MESSAGES, readCallOptions } from '../model/options';
import { checkJsonRpcCall, encodeJsonRpc } from '../model/request-encoding';
import { socketOf } from '../model/sockets';
import type { Socket } from '../model/types';
import { domException, throwTypeError } from '../platform/errors';
import { channel } from './channel';
import { requestReply, sendRequest } from './requests';

/** Settles the promises of `drained()`. The core calls this at intervals, because the browser has no event for its buffer. */
export function settleDrained(socket: Socket): void {
  const { _core: core, _drainWaiters: drains } = socket;
  for (const waiter of drains) {
    const [bytes, resolve, reject] = waiter;
    const over = core._call(Op.ReadyState) > 2;
    if (over) reject(domException('InvalidStateError', 'The WebSocket is closed.'));
    else if (core._call(Op.BufferedAmount) > bytes) continue;
    resolve();
    drains.delete(waiter);
  }
  if (drains.size) core._call(Op.WatchDrain);
  socket._host._updatePin(socket);
}

/** Returns the socket; throws unless its protocol is JSON-RPC. */
function jsonRpcSocket(ws: object): Socket {
  const socket = socketOf(ws);
  if (socket._settings.protocol !== 'json-rpc') throwTypeError("set the option request.protocol to 'json-rpc'");
  return socket;
}

/** These are the same for every socket, and not enumerable. */
export const requestMethods = {
  // Asynchronous, so that errors about `this` and options are rejections, too.
  async request(body: unknown, options: unknown): Promise<unknown> {
    return requestReply(socketOf(this), body, options);
  },
  async call(method: unknown, params: unknown, options: unknown): Promise<unknown> {
    return requestReply(jsonRpcSocket(this), { method, params }, options);
  },
  stream(body: unknown, options: unknown): object {
    return sendRequest(socketOf(this), body, options, true);
  },
  notify(method: unknown, params: unknown): void {
    const socket = jsonRpcSocket(this);
    checkJsonRpcCall({ method, params });
    send(socket, encodeJsonRpc({ method, params }));
  },
  handle(method: unknown, handler: unknown): void {
    const socket = jsonRpcSocket(this);
    const handlers = socket._rpcHandlers;
    if (typeof handler === 'function') handlers.set(`${method}`, handler as (params: unknown) => unknown);
    else if (handler === null) handlers.delete(`${method}`);
    else throwTypeError('a handler is a function, or null');
    socket._core._call(Op.Inspect, 0, handlers.size);
    socket._host._updatePin(socket);
  },
  async drained(bytes: number = 0): Promise<void> {
    const socket = socketOf(this);
    if (!(bytes >= 0)) throwTypeError('drained() takes a number from 0 up');
    return new Promise((resolve, reject) => {
      socket._drainWaiters.add([bytes, resolve, reject]);
      settleDrained(socket);
    });
  },
  messages(given: unknown): object {
    const socket = socketOf(this);
    const { limit, signal } = readCallOptions(MESSAGES, given, socket._settings);
    const onClose = () => {
      if (socket._core._call(Op.ReadyState) > 2) events._finish();
    };
    const onAbort = () => events._abort(signal?.reason);
    const events = channel(limit, () => {
      removeListener(socket, 'message', events._push);
      removeListener(socket, 'close', onClose);
      signal?.removeEventListener('abort', onAbort);
    });
    addListener(socket, 'message', events._push);
    addListener(socket, 'close', onClose);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    onClose();
    return events._iterator;
  },
  [Symbol.asyncIterator](): object {
    return this.messages(undefined);
  },
};
