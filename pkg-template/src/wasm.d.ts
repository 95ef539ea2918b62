/** What `build.mjs` makes of the generated glue and the wasm file beside it: the contract between this skin and the Rust core. */
/** Whether this is built without the wasm text; a constant that the build puts in. */
declare const SLIM: boolean;

declare module 'holdfast:wasm' {
  /** The module's bytes, out of the text that stands in the default entry; absent from the slim one. */
  export function inlined(): BufferSource;

  /** Synchronously; called once. */
  export function instantiate(module: WebAssembly.Module): void;

  export class Core {
    /** Without `url` the core asks `host.provide`. Numbers: see `options.ts`. */
    constructor(host: import('./host').Host, url: string | undefined, protocols: string[] | undefined, numbers: Float64Array);
    /** True: given to the browser. False: it must wait, or be counted as discarded; `queue` takes a copy. */
    send(data: unknown): boolean;
    /** 0: taken. 1: not open, and there is no queue. 2: it is full. */
    queue(copy: unknown, bytes: number): number;
    /** As the application gave them: the browser's socket converts and judges them. */
    close(code?: unknown, reason?: unknown): void;
    reconnect(): void;
    /** Without a URL the provider has failed. */
    provided(id: number, url?: string, protocols?: string[]): void;
    /** Never the same twice. */
    requestId(): number;
    /** As `queue`; also 1 if it is over. `timeout` in milliseconds. `only`: by this connection, or 0. */
    request(id: number, copy: unknown, bytes: number, timeout: number, retry: boolean, only: number): number;
    /** By this connection, admitted or not. As `queue`. */
    sendOn(connection: number, data: unknown): number;
    /** The answer to `host.admit`. Whether it was awaited. */
    admit(connection: number, admitted: boolean): boolean;
    /** 0: awaited. 1: late, or repeated, and counted. 2: no request of ours. Unless it is the `last`, the timeout starts over. */
    reply(id: number, last: boolean): number;
    /** Nobody waits any more; it is taken out of the queue. False if nobody did. */
    abort(id: number): boolean;
    /** What the page tells: see `page.ts`. */
    signal(signal: number): void;
    /** Whether every message is shown to `host.reply`, though nothing be pending. */
    inspect(on: boolean): void;
    /** Has `host.drain` called once, shortly. */
    watchDrain(): void;
    set binaryType(value: string);
    /** See `core.ts`. */
    read(what: import('./core').Reading): number;
    /** Undefined before the first connection. */
    text(what: import('./core').Text): string | undefined;
  }
}
