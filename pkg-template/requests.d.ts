/** Requests: how they look on the wire, their options and their errors. */
import type { Codec, Protocol } from './messages';

/** A validator, by any library of https://standardschema.dev. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated<Output> | Promise<Validated<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

type Validated<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };

/** How to ask the server. */
export interface RequestSettings<Chosen extends Protocol | undefined = Protocol> {
  /** Milliseconds until a request without a reply rejects. Default 10000. */
  timeout?: number | undefined;
  /**
   * - `'id'` (the default): objects as JSON; the reply is the object with the same `id` at its top level.
   * - `'json-rpc'`: {@link https://www.jsonrpc.org/specification | JSON-RPC 2.0}, in both directions.
   * - An object: the application's own.
   */
  protocol?: (Chosen extends Codec ? Codec : Chosen) | undefined;
  /** With the protocol `'id'`: the name of the id in messages, for servers that have another. Default `'id'`. */
  idKey?: string | undefined;
  /** Validates every reply whose request names no `schema` of its own. */
  validate?: StandardSchema | undefined;
}

/** For one request. */
export interface RequestOptions {
  /** Milliseconds until it rejects without a reply; of a stream, between its parts. Default: that of the socket. */
  timeout?: number | undefined;
  /** When aborted, the request rejects with its reason, and leaves the queue if it is in there still. */
  signal?: AbortSignal | undefined;
  /**
   * For what may run twice: if the connection ends before the reply, it is sent again on the next one, under the same id, within
   * its timeout. A stream starts over. Default `false`.
   */
  retry?: boolean | undefined;
  /** Validates the reply, or each part of a stream; the value that it gives is the one to resolve with. */
  schema?: StandardSchema | undefined;
}

export interface MessagesOptions {
  /** When aborted, the iteration throws its reason. */
  signal?: AbortSignal | undefined;
  /** How many pieces are kept for a reader who is slower than the server. One more ends the iteration. Default 1024. */
  limit?: number | undefined;
}

export interface StreamOptions extends RequestOptions, MessagesOptions {}

/** The server answered a request with an error. Thrown by a handler of `ws.handle()`, it is what the server is answered. */
export declare class RpcError extends Error {
  constructor(code: number, message: string, data?: unknown);
  /** As the server gave it. */
  readonly code: number;
  /** As the server gave it. */
  readonly data: unknown;
}

/** The connection that a request was sent on has ended, so there will be no reply. The server may have acted on it or not. */
export declare class ConnectionLostError extends Error {
  /**
   * `false`: the request was still in the queue, so the server knows nothing of it. The `TimeoutError` of a request has it too.
   */
  readonly sent: boolean;
}
