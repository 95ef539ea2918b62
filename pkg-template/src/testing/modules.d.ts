/** The modules that `build/testing.mjs` makes. */

declare module 'holdfast:class' {
  /** Makes the package's class once more, with the globals of a world: the names in `build/testing.mjs`, in that order. */
  export function makePackage(...globals: unknown[]): unknown;
  /** Their names. */
  export const GLOBALS: string[];
}

declare module 'holdfast:machine' {
  /** The wasm of the world, decoded. */
  export function inlined(): BufferSource;
  export function initSync(source: { module: WebAssembly.Module }): unknown;

  /** `bindings-testing/src`. */
  export class World {
    constructor(browser: number, seed: number);
    next(until: number): number;
    next_at(): number;
    wait_until(at: number): void;
    now(): number;
    page_now(): number;
    wall_now(): number;
    random(): number;
    set_timer(wait: number, repeats: boolean, worker: boolean): number;
    timers(): number;
    clear_timer(id: number): void;
    set_server_timer(wait: number): number;
    write(text: string): void;
    log_length(): number;
    log_text(index: number): string;
    log_time(index: number): number;
    log_line(index: number): string;
    transcript(): string;
    step_subject(): number;
    step_number(): number;
    step_text(): string;
    step_flag(): boolean;
    open(url: string, protocols: string[]): number;
    ready_state(id: number): number;
    protocol(id: number): string;
    offered(id: number): string[];
    url(id: number): string;
    buffered_amount(id: number): number;
    send(id: number, text: string, number: number, bytes: number): boolean;
    close(id: number, code: number | undefined, reason: string): number;
    open_sockets(): Uint32Array;
    silence_socket(id: number, silent: boolean): void;
    cut_socket(id: number): void;
    add_server(url: string): number;
    set_answer(server: number, answer: number): void;
    restart(server: number, down: number, code: number | undefined, reason: string): void;
    connections(server: number): Uint32Array;
    server_of(id: number): number;
    accept(id: number, protocol: string): void;
    reject(id: number, status: number): void;
    peer_send(id: number, text: string, number: number, bytes: number): void;
    peer_close(id: number, code: number | undefined, reason: string): void;
    terminate(id: number): void;
    latency(up: number, down: number, jitter: number): void;
    bandwidth(up: number, down: number): void;
    silence(silent: boolean): void;
    cut(): void;
    set_offline(offline: boolean): void;
    online(): boolean;
    change(): void;
    hidden(): boolean;
    gone(): boolean;
    running(): boolean;
    hide(): void;
    show(): void;
    throttle(number: number): void;
    freeze(): void;
    resume(): void;
    sleep(time: number): void;
    wake(): void;
    block(time: number): void;
    set_clock(ahead: number): void;
    any_order(any: boolean): void;
    leave(loading: number): void;
    back(): boolean;
    crash(): void;
    load(): void;
    carry_out(plan: Plan, moment: number): boolean;
    heal(): void;
  }

  export class Plan {
    static fault_names(): string[];
    static draw(seed: number, faults: Uint32Array, lasts: number, every: number): Plan;
    length(): number;
    text(index: number): string;
    moments(): number;
    moment_time(moment: number): number;
    moment_ends(moment: number): boolean;
    failure(seed: number, browser: number, drawn: number, reason: string, repeats: boolean): string;
    free(): void;
  }

  export class Shrinking {
    constructor(plan: Plan);
    candidate(): Plan | undefined;
    judge(fails: boolean): void;
    best(): Plan;
  }
}
