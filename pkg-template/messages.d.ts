/** The types of messages: of any, and of those in an application's own map. */

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire, until the application's types or validators say more.
export type Anything = any;

/** What can be sent. */
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

/** A reply, or a part of one, as {@link Codec.decode} reads it. */
export interface Answer {
  /** The number that the request was given. */
  readonly id: number;
  /** What the request resolves with. */
  readonly result?: unknown;
  /** If there is one, the request rejects: with it, if it is an `Error`, else with an {@link RpcError} of its members. */
  readonly error?: unknown;
  /** `true`: the last part of a stream. Without a `result` it only says so, and is not given to the reader. */
  readonly done?: boolean;
}

/** How requests and replies look, if neither `'id'` nor `'json-rpc'` fits. Text or binary. */
export interface Codec {
  /**
   * The message for a request. What it throws, the request rejects with. `id` is never used twice: it counts up from a random whole
   * number between 2^29 and 2^30.
   */
  encode(id: number, payload: Anything): Data;
  /**
   * Reads the `data` of a message; called only while there may be a reply. Nothing, or an object without a number as `id`: it is
   * no reply, and goes to `message`. What it throws is reported, as a listener's exception is, and the message goes to `message`.
   */
  decode(data: Anything): Answer | undefined | null;
  /** What to send when a request is aborted or a stream is left early; nothing, if it gives nothing. */
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

/** What any request is, by protocol. */
type Payload<P> = Codec extends P
  ? unknown
  : [P] extends ['id']
    ? (object & Body) | (Body & { [key: string]: unknown })
    : [P] extends ['json-rpc']
      ? { method: string; params?: object | undefined; id?: never }
      : unknown;

/** What `request()` takes and gives: of the entries with `request` and `reply` (and `part`, for streams). */
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

/** What `call()`, `notify()` and `handle()` take: the entries with `params` and `result`. */
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

/** `handle()` of the hooks. */
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
