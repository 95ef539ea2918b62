/** The things that an adapter's entry gives to `Channels`. Its names are not shortened, because the two are built apart. */

/** A payload: text, or bytes. */
export type Raw = string | Uint8Array;

/** A place in a channel's stream: the epoch and the offset. */
export type Place = readonly [epoch: string, offset: number];

/** `bindings-channels/src/lib.rs`. */
export interface Machine {
  free(): void;
  can(): (boolean | number)[];
  subprotocol(): string | undefined;
  needs_token(now: number): boolean;
  login(now: number, token: string, lifetime: number): void;
  dial(now: number, base: string): string | undefined;
  opened(now: number): void;
  closed(now: number, follows: boolean): void;
  message(now: number, data: Raw): void;
  response(now: number, request: number, status: number, body: string): void;
  failed(now: number, request: number, reason: string): void;
  due(): number;
  timeout(now: number): void;
  output(now: number): unknown[] | undefined;
  event(): unknown[] | undefined;
  join(
    now: number,
    name: string,
    since: Place | undefined,
    history: number,
    sinceTime: number,
    loads: boolean,
    authorizes: boolean,
    grace: number,
    user: string | undefined,
    data: Raw,
  ): [id: number, holder: number] | undefined;
  leave(now: number, id: number, holder: number): void;
  leave_all(): void;
  retry(now: number, id: number): void;
  publish(now: number, name: string, data: Raw): number;
  history(now: number, name: string, limit: number, before: Place | undefined): number;
  token(now: number, id: number, question: number, token: string, lifetime: number): void;
  no_token(now: number, id: number, question: number, reason: string | undefined): void;
  loading(id: number, question: number): boolean;
  loaders(id: number): number[];
  authorizer(id: number): number | undefined;
  loaded(now: number, id: number, question: number, holders: number[], positions: (Place | undefined)[]): void;
  not_loaded(now: number, id: number, question: number): void;
  position(id: number): Place | undefined;
  members(id: number): (string | Raw)[];
}

/** An adapter, as `nchan()` and its like return it. */
export interface Via {
  readonly name: string;
  /** The application may give a socket in place of the URL. */
  readonly takesSocket: boolean;
  /** Returns the options of the socket. `hear` takes what the machine is to know of messages that the socket keeps for itself. */
  socket(hear: (data: Raw) => void): object;
  make(now: number, seed: number): Machine;
}
