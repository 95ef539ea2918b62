/** The numbers of outputs, events, signals and frames, as `bindings-tabs/src` has them. */

/** An output is an array of its kind and its parts. */
export enum Output {
  RequestLock,
  StealLock,
  ReleaseLock,
  QueryLock,
  /** The frame. */
  Post,
  /** The resume token, or `undefined`. */
  OpenConnection,
  DropConnection,
  /** How: `Closing`, or `undefined`. */
  CloseConnection,
  /** The tab that sent it, the payload, and true for a request. */
  Hand,
  /** The number, in the application's protocol, of the request that is given up. */
  Cancel,
  /** The tab whose end is watched for. */
  Watch,
  /** The tab. */
  Unwatch,
  /** The tab. */
  LookUp,
  /** The id of a call that no tab answers, as JSON. */
  Refuse,
  ReadBuffered,
  ReadSendable,
}

/** An event is an array of its kind and its parts. */
export enum Event {
  /** True if this tab leads. */
  Role,
  Lost,
  /** The state, and true if the tab has missed the beginning. */
  State,
  Message,
  Gap,
  /** The messages. */
  Uncertain,
  /** The number of the request, the reply, and whether it is the last part. */
  Reply,
  /** The number of the request. */
  Failed,
  /** How it was closed for all tabs, if it was, and what was never handed over. */
  Ended,
}

export enum Signal {
  Visible,
  Hidden,
  Away,
  Back,
  Unload,
}

/** The kinds of channels: the first number of a frame. */
export enum Kind {
  Common,
  /** From the hub to the tab of the second number. */
  Down,
  /** To the hub of the fourth number. */
  Up,
  /** From a tab to itself. */
  Fence,
}

/** The kind of `Kind.Down`, the fifth number, with which a hub admits a tab. */
export const WELCOME = 0;
