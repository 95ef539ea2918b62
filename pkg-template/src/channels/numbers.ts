/** Numbers at the boundary to `bindings-channels/src/outputs.rs`. */

export enum Action {
  Dial,
  Close,
  Send,
  Request,
  Authorize,
  Load,
  Reconnect,
}

export enum Event {
  Message,
  Subscribed,
  Gap,
  Refused,
  Published,
  Unpublished,
  Member,
  History,
  NoHistory,
  LoginRefused,
  LoadOverdue,
}

export const RECOVERED = [false, true, 'unknown'] as const;

export const CHANGES = ['join', 'leave', 'timeout', 'back'] as const;

export const FAILURES = ['lost', 'timeout', 'full', 'refused'] as const;
