/**
 * Requests: each has a number, is sent, and settles once. The core decides when and how (queue, timeout, lost connection, late
 * reply); this file settles the promises.
 */

import { Failure, Op, ReplyMatch, Route } from '../core/numbers';
import { payload, snapshot } from '../dom/webidl';
import { sendNow } from '../messages/send';
import { REQUEST, readCallOptions, STREAM, sendError } from '../model/options';
import { encodeRequest } from '../model/request-encoding';
import type { Reply, Schema, Socket } from '../model/types';
import { ConnectionLostError, domException, RpcError } from '../platform/errors';
import { guard } from '../platform/native';
import { checkPageIsVisible, maybeHidden } from '../platform/page';
import { channel } from './channel';

/** Asks the application's validator. https://standardschema.dev */
async function validate(schema: Schema | undefined, value: unknown): Promise<unknown> {
  if (!schema) return value;
  const { issues, value: valid } = await schema['~standard'].validate(value);
  if (issues) {
    const [{ message, path = [] } = {}] = issues as { message?: string; path?: readonly unknown[] }[];
    const where = path.map((step) => `${(step as { key?: unknown })?.key ?? String(step)}`).join('.');
    const first = [where, message].filter(Boolean).join(': ');
    throw Object.assign(TypeError(`holdfast-ws: the reply does not match its schema${first && `: ${first}`}`), { issues });
  }
  return valid;
}

/** Tells the server that a request was given up, if the protocol has a message for it. */
function sendCancel(socket: Socket, id: number): void {
  const { protocol } = socket._settings;
  const message = socket._host._callNow('request.protocol.cancel', () =>
    (protocol as { cancel?(id: number): unknown }).cancel?.(id),
  );
  if (message !== undefined) guard(() => sendNow(socket, payload(message)));
}

/** Sends a request, by the connection `only` if that is given; the first piece is the reply, or each is a part of it. */
export function sendRequest(
  socket: Socket,
  body: unknown,
  given: unknown,
  _streams: boolean,
  only = 0,
): AsyncIterableIterator<unknown> {
  const { _core: core, _pending: pending, _settings: settings, _host: host } = socket;
  const { signal, timeout, retry, limit, schema } = readCallOptions(_streams ? STREAM : REQUEST, given, settings);
  const id = core._call(Op.RequestId);
  const onAbort = () => replies._abort(signal?.reason);
  const replies = channel(
    limit,
    () => {
      signal?.removeEventListener('abort', onAbort);
      pending.delete(id);
      host._updatePin(socket);
      // A request that was still queued has not reached the server: nothing is open.
      if (core._abort(id)) sendCancel(socket, id);
    },
    (value) => validate(schema, value),
  );
  try {
    const [copy, bytes] = snapshot(payload(encodeRequest(settings, body, id)));
    // Only now, because that was the application's code.
    if (signal?.aborted) throw signal.reason;
    signal?.addEventListener('abort', onAbort);
    if (maybeHidden) checkPageIsVisible();
    // Before it goes out: a mock may answer within the call.
    pending.set(id, { ...replies, _streams });
    const refused = core._send(copy, bytes, only || (retry ? Route.Retry : Route.Any), id, timeout);
    if (refused) throw sendError(refused, settings, bytes);
    host._updatePin(socket);
  } catch (error) {
    replies._finish(error);
  }
  return replies._iterator;
}

/** Sends a request with one reply, and waits for it. */
export async function requestReply(socket: Socket, body: unknown, given: unknown, only?: number): Promise<unknown> {
  return (await sendRequest(socket, body, given, false, only).next()).value;
}

/** Returns the error that a request rejects with, for the `error` of a reply. */
function replyError(error: unknown): unknown {
  if (error instanceof Error) return error;
  const { code, message, data } = Object(error);
  const text = [message, error, 'The request failed.'].find((one) => typeof one === 'string');
  return new RpcError(code, text as string, data);
}

/** Rejects a request that the core has given up. `sent`: false if it has never left the queue. */
export function failRequest(socket: Socket, id: number, failure: Failure, sent: boolean): void {
  const error =
    failure === Failure.Lost
      ? new ConnectionLostError('The connection ended before the reply.')
      : domException('TimeoutError', 'No reply came in time.');
  socket._pending.get(id)?._finish(Object.assign(error, { sent }));
  if (failure === Failure.TimedOut && sent) sendCancel(socket, id);
}

/** Returns the number of a pending request, which some servers give back as text. */
export function pendingId({ _pending: pending, _settings: { protocol } }: Socket, id: unknown): number | undefined {
  const number = typeof id === 'string' && typeof protocol === 'string' && `${+id}` === id ? +id : id;
  return pending.has(number as number) ? (number as number) : undefined;
}

/** Settles the request of a reply. Returns true if there was one, even if the reply is late. `whole`: the value to resolve with, instead of the result. */
export function resolveReply(socket: Socket, { id: given, result, error, done }: Reply, whole?: unknown): boolean {
  const id = pendingId(socket, given) ?? given;
  if (typeof id !== 'number') return false;
  const replies = socket._pending.get(id);
  const reason = whole || error == null ? [] : [replyError(error)];
  const ends = done === true;
  const last = !replies?._streams || reason.length > 0 || ends;
  const match: ReplyMatch = socket._core._call(Op.Reply, id, +last);
  if (replies && match === ReplyMatch.Matched) {
    // `result: null` with `done: true` is no part, only the end.
    if (!(reason.length || (ends && replies._streams && (whole ? result === null : result == null))))
      replies._push(whole ?? result);
    if (last) replies._finish(...reason);
  }
  return match !== ReplyMatch.Unknown;
}
