/** The rules of one box, and of what is received: the machines of `src/outbox` in Rust, by `bindings-outbox/`. */
import { Giver, initSync, inlinedOutbox, Machine, Received } from 'holdfast:outbox';

export type { Giver, Machine, Received };

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
  Open,
  Ahead,
  Renumbered,
  Displaced,
}

let started = false;

function start(): void {
  if (!started) initSync({ module: inlinedOutbox() });
  started = true;
}

export function makeMachine(window: number, stops: boolean): Machine {
  start();
  return new Machine(window, stops);
}

/** The numbers that this page gives in a box of several. */
export function makeGiver(): Giver {
  start();
  return new Giver();
}

/** The rules of what is received. */
export function makeReceived(): Received {
  start();
  return new Received();
}
