/** The ways a request can look: `id` (JSON objects with an `id`), `json-rpc`, and the application's own. */
import { misuse } from './errors';
import { isObject } from './native';
import { tag } from './options';
import type { Reply } from './requests';

/** The application's own. */
interface Codec {
  encode(id: number, payload: unknown): unknown;
  decode(data: unknown): Reply | undefined;
  cancel?(id: number): unknown;
}

export type Protocol = 'id' | 'json-rpc' | Codec;

/** A message of JSON-RPC. https://www.jsonrpc.org/specification */
export const frame = (body: object, id?: unknown): string => JSON.stringify({ jsonrpc: '2.0', id, ...body });

export const isCall = ({ method, params }: { method?: unknown; params?: unknown }): boolean =>
  typeof method === 'string' && (params === undefined || isObject(params));

export function checkCall(call: object): void {
  if (!isCall(call)) misuse('method takes a string, and params an array or an object');
}

/** The message for a request. `body` is left as it is. */
export function write(protocol: Protocol, body: unknown, id: number): unknown {
  if (isObject(protocol)) return protocol.encode(id, body);
  if (tag(body) !== 'Object' || 'id' in (body as object))
    misuse('a request is a plain object, without the id that it is given');
  if (protocol === 'id') return JSON.stringify({ id, ...(body as object) });
  checkCall(body as object);
  return frame(body as object, id);
}
