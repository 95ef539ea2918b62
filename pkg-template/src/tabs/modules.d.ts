/** The module that `build/tabs.mjs` makes of the wasm of `bindings-tabs/`. */

declare module 'holdfast:tabs' {
  /** The module's bytes, decoded. */
  export function inlinedTabs(): BufferSource;
  export function initSync(source: { module: BufferSource }): unknown;

  /** `bindings-tabs/src/lib.rs`. */
  export class Machine {
    constructor(now: number, takeOverAfter: number, replay: number, id: number, seed: number, visible: boolean);
    free(): void;
    leads(): boolean;
    attached(): boolean;
    due(): number;
    output(): unknown[] | undefined;
    event(): unknown[] | undefined;
    timeout(now: number): void;
    signal(now: number, signal: number): void;
    frame(now: number, frame: unknown[]): void;
    granted(now: number, others: number): void;
    stolen(now: number): void;
    holder(now: number, holder: number, date: number): void;
    send(now: number, payload: unknown, bytes: number): void;
    request(now: number, payload: unknown, bytes: number, wire: number, timeout: number, streams: boolean): number;
    abort(now: number, request: number): void;
    leave(now: number): void;
    leave_when_sent(now: number, wait: number, everyone: unknown): void;
    buffered(now: number, bytes: number): void;
    waiting(): number;
    handles(now: number, methods: string[]): void;
    ready(now: number, ready: boolean): void;
    sendable(now: number, sendable: boolean): void;
    state(now: number, state: unknown): void;
    message(now: number, payload: unknown, bytes: number, token: unknown): void;
    expects_replies(): boolean;
    expects(wire: number): boolean;
    reply(now: number, wire: number, payload: unknown, ends: boolean): void;
    call(now: number, payload: unknown, bytes: number, method: string, id: string | undefined, token: unknown): void;
    awaits_answers(): boolean;
    admits_answer(tab: number, id: string): boolean;
    gone(now: number, tab: number): void;
    presence(now: number, tab: number, present: boolean): void;
  }
}
