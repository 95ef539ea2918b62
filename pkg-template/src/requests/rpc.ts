/**
 * Incoming JSON-RPC 2.0: responses to our calls, and the server's calls. https://www.jsonrpc.org/specification
 *
 * The server's calls are answered once there is a handler for any method. Until then they are delivered as messages. So are, always,
 * notifications without a handler, responses to unknown requests, and objects without `jsonrpc: '2.0'`.
 */

import { sendNow } from '../messages/send';
import { encodeJsonRpc, encodeResult, isJsonRpcCall } from '../model/request-encoding';
import type { Socket } from '../model/types';
import { RpcError } from '../platform/errors';
import { guard, report } from '../platform/native';
import { pendingId, resolveReply } from './requests';

const pickErrorFields = ({ code, message, data }: Partial<RpcError>) => ({ code, message, data });

/** The text of an error, whatever was thrown. */
const errorText = (message: unknown): string => (typeof message === 'string' ? message : 'Internal error');

/** Handles one message. Returns true if it was handled, or a promise of the response to it. */
function handleRpcMessage(socket: Socket, message: unknown, batched: boolean): boolean | Promise<string | undefined> {
  const call = Object(message);
  const { id, method, params } = call;
  const ours = call.jsonrpc === '2.0';
  // Some servers leave out `jsonrpc`, which every message must have. The id of a pending request is enough.
  if (method === undefined && ('result' in call || 'error' in call) && (ours || pendingId(socket, id)))
    return resolveReply(socket, call);
  const handlers = socket._rpcHandlers;
  if (!handlers.size || !(ours || batched)) return false;
  const handler = handlers.get(method);
  const hasId = id === null || typeof id === 'string' || typeof id === 'number';
  const valid = ours && isJsonRpcCall(call) && (hasId || !('id' in call));
  const notifies = valid && !hasId;
  if (notifies && !handler) return false;
  return (async () => {
    try {
      if (!valid) throw new RpcError(-32600, 'Invalid Request');
      if (!handler) throw new RpcError(-32601, 'Method not found');
      const result = (await handler(params)) ?? null;
      return notifies ? undefined : encodeResult(result, id);
    } catch (error) {
      // Of a proxy, or of getters, that may throw in turn.
      const { code, message, data } = guard(() => pickErrorFields(Object(error)), pickErrorFields({}));
      const known = Number.isInteger(code);
      // An error that isn't meant for the server, or can't be sent to it.
      if (!known || notifies) report(error);
      if (notifies) return;
      const fault = { code: known ? code : -32603, message: errorText(message) };
      const to = hasId ? id : null;
      return guard(() => encodeJsonRpc({ error: known ? { ...fault, data } : fault }, to), encodeJsonRpc({ error: fault }, to));
    }
  })();
}

/** Handles a message or a batch. Returns true if all of it was handled. */
export function receiveJsonRpc(socket: Socket, message: unknown): boolean {
  const isBatch = Array.isArray(message);
  // An empty one is answered as if it were no batch.
  const batch = isBatch && message.length ? message : [message];
  const taken = batch.map((item) => handleRpcMessage(socket, item, isBatch));
  const { _lastClose: epoch, _authenticating: asker, _host: host } = socket;
  host._openCalls++;
  Promise.all(taken).then((answers) => {
    host._openCalls--;
    const texts = answers.filter((answer) => typeof answer === 'string');
    // The server of another connection hasn't asked.
    if (!texts.length || socket._lastClose !== epoch) return;
    const text = batch === message ? `[${texts}]` : texts[0];
    // A call that comes during `authenticate` is answered on that connection, ahead of the queue.
    if (asker) socket._core._send(text, 0, asker);
    else sendNow(socket, text);
  }, report);
  return taken.every(Boolean);
}
