/** The types of messages: of any, and of those in an application's own map. */

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire, until the application's types or validators say more.
export type Anything = any;

/** What can be sent. */
export type Data = Parameters<globalThis.WebSocket['send']>[0];

export type IsAny<T> = 0 extends 1 & T ? true : false;

/** What `request()` takes and gives: of the entries with `request` and `reply` (and `part`, for streams). */
export type Asked<M> =
  IsAny<M> extends true
    ? unknown
    : { [K in keyof M]: M[K] extends { request: infer Q } ? Q : never }[keyof M] extends infer Q
      ? [Q] extends [never]
        ? unknown
        : Q
      : never;

export type Replied<M, Q> =
  IsAny<M> extends true
    ? Anything
    : { [K in keyof M]: M[K] extends { request: infer R; reply: infer A } ? (Q extends R ? A : never) : never }[keyof M];

export type Part<M, Q> =
  IsAny<M> extends true
    ? Anything
    : { [K in keyof M]: M[K] extends { request: infer R; part: infer P } ? (Q extends R ? P : never) : never }[keyof M];

/** What `call()`, `notify()` and `handle()` take and give: of the entries with `params` and `result`. */
export type Method<M> = keyof M & string;

export type Params<M, K extends keyof M> = IsAny<M> extends true ? Anything : M[K] extends { params?: infer P } ? P : undefined;

export type Result<M, K extends keyof M> = IsAny<M> extends true ? Anything : M[K] extends { result: infer R } ? R : unknown;

/** The parameters may be left out where there are none, or where they are optional. */
export type Given<M, K extends keyof M, More extends unknown[]> =
  IsAny<M> extends true
    ? [params?: Anything, ...more: More]
    : M[K] extends { params: infer P }
      ? [params: P, ...more: More]
      : [params?: 'params' extends keyof M[K] ? Params<M, K> : undefined, ...more: More];

/** The same, before options that must be given. */
export type GivenBefore<M, K extends keyof M, Options> =
  IsAny<M> extends true
    ? [params: Anything, options: Options]
    : [params: 'params' extends keyof M[K] ? Params<M, K> : undefined, options: Options];
