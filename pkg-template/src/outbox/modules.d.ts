/** The module that `build/outbox.mjs` makes of the wasm of `bindings-outbox/`. */

declare module 'holdfast:outbox' {
  /** The module's bytes, decoded. */
  export function inlinedOutbox(): BufferSource;
  export function initSync(source: { module: BufferSource }): unknown;

  /** `bindings-outbox/src/lib.rs`. */
  export class Machine {
    constructor(window: number, stops: boolean);
    free(): void;
    add(deadline: number): number;
    restore(number: number, deadline: number): void;
    insert(now: number, number: number, deadline: number): void;
    restoreState(confirmed: number, stopped: boolean): void;
    counter(last: number, reserved: number, opened: number, before: number): void;
    numbersOpened(now: number, reserved: number): void;
    shifted(): void;
    confirmed(): number;
    stored(now: number, first: number, last: number): void;
    removed(now: number, number: number): void;
    cancel(now: number, number: number): void;
    resume(now: number): void;
    stopped(): boolean;
    opened(now: number): void;
    closed(): void;
    letGo(): void;
    hello(now: number, done: number): void;
    done(now: number, done: number): void;
    acknowledged(now: number, number: number): void;
    refused(now: number, number: number, final: boolean): void;
    due(): number;
    timeout(now: number): void;
    flush(now: number): void;
    flushed(): number;
    output(): number;
    first(): number;
    second(): number;
  }

  export class Giver {
    constructor();
    free(): void;
    strict(): boolean;
    see(last: number, reserved: number, opened: number): number;
    take(last: number, reserved: number, opened: number, count: number): void;
    stored(): void;
    open(last: number, reserved: number, opened: number, number: number): void;
    shift(last: number, reserved: number, opened: number, above: number, done: number): void;
    first(): number;
    last(): number;
    reserved(): number;
    opened(): number;
  }

  export class Received {
    constructor();
    free(): void;
    begin(committed: number): void;
    pause(kept: number): void;
    begun(): boolean;
    early(): boolean;
    position(position: number): boolean;
    id(now: number, id: string): boolean;
    commit(position: number): boolean;
  }
}
