/** The types of messages: of any message, and of those in the application's own map. */

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire, until the application's types or validators say more.
export type Anything = any;

/** The types of data that can be sent. */
export type Data = Parameters<globalThis.WebSocket['send']>[0];

/** True if nothing is known of the messages: there is no map, or none could be inferred. */
type Untyped<M> = unknown extends M ? true : false;

/** True for a value that has no members to look through. */
type Leaf =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  | readonly unknown[]
  | ((...given: never) => unknown);

type KeysOf<R> = R extends unknown ? keyof R : never;

/** `Q`, with `never` for each member that no `R` has which `Q` fits: so a literal with a misspelt name doesn't compile. */
export type Exact<M, P, Q> = Untyped<M> extends true ? Q : Q & Known<Q, Asked<M, P>>;

type Known<Q, R> = Q extends Leaf
  ? Q
  : (R extends unknown ? (Q extends R ? R : never) : never) extends infer Fits
    ? [KeysOf<Fits>] extends [never]
      ? Q
      : { [K in keyof Q]: K extends KeysOf<Fits> ? Known<Q[K], Fits extends { [P in K]?: infer V } ? V : never> : never }
    : never;

/** A reply, or a part of one: the result of {@link Codec.decode}. */
export interface Answer {
  /** The number of the request, as `encode` got it. */
  readonly id: number;
  /** The value that the request resolves with. */
  readonly result?: unknown;
  /** If present, the request rejects: with this value if it is an `Error`, otherwise with an {@link RpcError} made of its members. */
  readonly error?: unknown;
  /** `true`: the final part of a stream. Without a `result` it only ends the stream, and is not yielded. */
  readonly done?: boolean;
}

/** A protocol of your own for requests and replies, text or binary. */
export interface Codec {
  /**
   * Returns the message for a request. If it throws, the request rejects with that exception. `id` is never used twice: it counts up from
   * a random integer between 2^29 and 2^30.
   */
  encode(id: number, payload: Anything): Data;
  /**
   * Returns the reply in the `data` of a message. Called only while a reply may come. If it returns nothing, or an object without a
   * numeric `id`, the message is delivered as a `message` event. If it throws, the same; the exception is reported as a listener's is.
   */
  decode(data: Anything): Answer | undefined | null;
  /** Returns the message to send when a request is aborted or a stream is left early. Nothing is sent if it returns nothing. */
  cancel?(id: number): Data | undefined;
}

/** How requests look: the option `request.protocol`. */
export type Protocol = 'id' | 'json-rpc' | Codec;

/** The protocol that options name, `Preset` if they name none; `any` if it could be each. */
export type Chosen<P, Preset> = undefined extends P ? Preset : Protocol extends P ? Anything : P;

/** A plain object without an `id`. Arrays, functions, promises and what else is built in have one of the symbols. */
interface Body {
  id?: never;
  [Symbol.iterator]?: never;
  [Symbol.toStringTag]?: never;
  [Symbol.hasInstance]?: never;
}

/** The payload of a request, by protocol. */
type Payload<P> = Codec extends P
  ? unknown
  : [P] extends ['id']
    ? (object & Body) | (Body & { [key: string]: unknown })
    : [P] extends ['json-rpc']
      ? { method: string; params?: object | undefined; id?: never }
      : unknown;

/** The payloads of `request()` and `stream()`: of the map's entries with `request` and `reply` (and `part`). */
export type Asked<M, P = Anything> =
  Untyped<M> extends true
    ? Payload<P>
    : { [K in keyof M]: M[K] extends { request: infer Q } ? Q : never }[keyof M] extends infer Q
      ? [Q] extends [never]
        ? Payload<P>
        : Q
      : never;

/** The same, where the caller says what is replied, so that there is no map to ask. */
export type AskedFreely<M, P> = Untyped<M> extends true ? Payload<P> : 'the map of messages says what is replied';

export type Replied<M, Q> =
  Untyped<M> extends true
    ? Anything
    : { [K in keyof M]: M[K] extends { request: infer R; reply: infer A } ? (Q extends R ? A : never) : never }[keyof M];

export type Part<M, Q> =
  Untyped<M> extends true
    ? Anything
    : { [K in keyof M]: M[K] extends { request: infer R; part: infer P } ? (Q extends R ? P : never) : never }[keyof M];

/** The methods of `call()`, `notify()` and `handle()`: the map's entries with `params` and `result`. */
export type Method<M, P = Anything> = 'json-rpc' extends P
  ? Untyped<M> extends true
    ? string
    : keyof M & string
  : "set the option request.protocol to 'json-rpc'";

type Entry<M, K> = M[K & keyof M];

export type Params<M, K> = Untyped<M> extends true ? Anything : Entry<M, K> extends { params?: infer P } ? P : undefined;

export type Result<M, K> = Untyped<M> extends true ? Anything : Entry<M, K> extends { result: infer R } ? R : unknown;

/** Answers the server's calls of a method. */
export type Handler<M, K> = (params: Params<M, K>) => Result<M, K> | Promise<Result<M, K>>;

/** The type of the hooks' `handle()`. */
export type Handle<M, Returned> = <K extends Method<M>>(method: K, handler: Handler<M, K> | null) => Returned;

/** The parameters may be left out where there are none, or where they are optional. */
export type Given<M, K, More extends unknown[]> =
  Untyped<M> extends true
    ? [params?: Anything, ...more: More]
    : Entry<M, K> extends { params: infer P }
      ? [params: P, ...more: More]
      : [params?: 'params' extends keyof Entry<M, K> ? Params<M, K> : undefined, ...more: More];

/** The same, before options that must be given. */
export type GivenBefore<M, K, Options> =
  Untyped<M> extends true
    ? [params: Anything, options: Options]
    : [params: 'params' extends keyof Entry<M, K> ? Params<M, K> : undefined, options: Options];
