/** The rules of one box: the machine of `src/outbox` in Rust, by `bindings-outbox/`. */
import { initSync, inlinedOutbox, Machine } from 'holdfast:outbox';

export type { Machine };

/** The kinds of outputs. Each has a number, and some another one. */
export enum Output {
  None,
  Hello,
  Send,
  Remove,
  Acknowledged,
  Refused,
  Expired,
  Regressed,
  Cancelled,
}

let started = false;

export function makeMachine(window: number, stops: boolean): Machine {
  if (!started) initSync({ module: inlinedOutbox() });
  started = true;
  return new Machine(window, stops);
}
