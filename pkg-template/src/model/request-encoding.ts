/** Encodes requests for each `request.protocol`: `id` (JSON objects with an `id`), `json-rpc`, and the application's codec. No subprotocols. */
import { throwTypeError } from '../platform/errors';
import { isObject, isPromise, tag } from '../platform/native';
import type { Settings } from './types';

/** A message of JSON-RPC. https://www.jsonrpc.org/specification */
export const encodeJsonRpc = (body: object, id?: unknown): string => JSON.stringify({ jsonrpc: '2.0', id, ...body });

/** A handler's result as a response to the server. Throws for what JSON can't say. */
export function encodeResult(result: unknown, id: unknown): string {
  const json = JSON.stringify(result);
  if (json === undefined) throwTypeError(`JSON has no ${typeof result} for a result`);
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${json}}`;
}

export const isJsonRpcCall = ({ method, params }: { method?: unknown; params?: unknown }): boolean =>
  typeof method === 'string' && (params === undefined || (isObject(params) && typeof params !== 'function'));

export function checkJsonRpcCall(call: object): void {
  if (!isJsonRpcCall(call)) throwTypeError('method takes a string, and params an array or an object');
}

/** True for an object that is nothing but its own properties, from whichever frame it comes. */
export function isPlainObject(value: unknown): value is object {
  if (tag(value) !== 'Object' || typeof value !== 'object') return false;
  const prototype = Object.getPrototypeOf(value);
  return !prototype || !Object.getPrototypeOf(prototype);
}

/** The message for a request. `body` is left as it is. */
export function encodeRequest({ protocol, idKey }: Pick<Settings, 'protocol' | 'idKey'>, body: unknown, id: number): unknown {
  if (isObject(protocol)) {
    const message = protocol.encode(id, body);
    if (isPromise(message)) throwTypeError('request.protocol.encode must answer at once, and gave a promise');
    return message;
  }
  const given = body as { toJSON?(key: string): unknown } | undefined;
  const said = typeof given?.toJSON === 'function' ? given.toJSON('') : body;
  const key = protocol === 'id' ? idKey : 'id';
  if (!isPlainObject(said) || key in said) throwTypeError(`a request is a plain object, without the ${key} that it is given`);
  const fields: { toJSON?: unknown } = { ...said };
  // Its own `toJSON` has been called. Called again by `stringify`, it would return the body without the id.
  if (typeof fields.toJSON === 'function') delete fields.toJSON;
  if (protocol === 'id') return JSON.stringify({ [key]: id, ...fields });
  checkJsonRpcCall(fields);
  return encodeJsonRpc(fields, id);
}
