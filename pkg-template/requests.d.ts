/** Requests: how they look on the wire, their options and their errors. */
import type { Codec, Protocol } from './messages';

/** A validator of any library that implements {@link https://standardschema.dev | Standard Schema}. */
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

/** The socket's settings for requests. */
export interface RequestSettings<Chosen extends Protocol | undefined = Protocol> {
  /** Milliseconds until a request without a reply rejects; `Infinity` for no limit. Default 10000. */
  timeout?: number | undefined;
  /**
   * How requests and replies look:
   *
   * - `'id'` (the default): objects as JSON. The reply is the object with the same `id` at its top level.
   * - `'json-rpc'`: {@link https://www.jsonrpc.org/specification | JSON-RPC 2.0}, in both directions.
   * - An object: your own.
   */
  protocol?: (Chosen extends Codec ? Codec : Chosen) | undefined;
  /** The name of the id in messages, with the protocol `'id'`. Default `'id'`. */
  idKey?: string | undefined;
  /** Validates every reply whose request has no `schema` of its own. */
  validate?: StandardSchema | undefined;
}

/** Options of one request. */
export interface RequestOptions {
  /** Milliseconds until the request rejects without a reply; for each part of a stream. Default: the socket's. */
  timeout?: number | undefined;
  /** When it is aborted, the request rejects with its reason, and leaves the queue if it is still there. */
  signal?: AbortSignal | undefined;
  /**
   * `true` for a request that may safely run twice. If the connection ends before the reply, the request is resent on the next one, with
   * the same id, within its timeout. A stream starts again. Default `false`.
   */
  retry?: boolean | undefined;
  /** Validates the reply, or each part of a stream. The request resolves with the validator's output. */
  schema?: StandardSchema | undefined;
}

/** Options of an iteration over messages. */
export interface MessagesOptions {
  /** When it is aborted, the iteration throws its reason. */
  signal?: AbortSignal | undefined;
  /** How many messages or parts are buffered for a slow reader. One more ends the iteration. Default 1024. */
  limit?: number | undefined;
}

/** Options of one stream. */
export interface StreamOptions extends RequestOptions, MessagesOptions {}

/** The server answered a request with an error. A handler of `ws.handle()` can throw one to answer the server with it. */
export declare class RpcError extends Error {
  constructor(code: number, message: string, data?: unknown);
  /** The error's code. */
  readonly code: number;
  /** The error's data. */
  readonly data: unknown;
}

/** The connection that a request was sent on has ended, so no reply will come. The server may have acted on the request or not. */
export declare class ConnectionLostError extends Error {
  /**
   * False if the request never left the queue, so the server has not received it. The `TimeoutError` of a request has this field too.
   */
  readonly sent: boolean;
}
