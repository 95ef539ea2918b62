/** The module that `build.mjs` makes of the generated glue and the wasm file: the contract between this wrapper and the Rust core. */
/** True if the entry is built without the wasm text; a constant that the build puts in. */
declare const SLIM: boolean;

declare module 'holdfast:wasm' {
  /** The module's bytes, out of the text that stands in the default entry; absent from the slim one. */
  export function inlined(): BufferSource;

  /** Synchronously; called once. */
  export function instantiate(module: WebAssembly.Module): void;
  export function instantiateLater(module: WebAssembly.Module): Promise<void>;

  export class Core {
    /** Calls `host`, a `Host` (`host.ts`), from here on. Throws nothing of use: the host has been told why there is no core. */
    constructor(host: object);
    /** Runs an operation: see `numbers.ts`. */
    _call(op: import('./numbers').Op, subject?: number, value?: number): number;
    /**
     * A message, or with an `id` a request, whose `timeout` (ms) begins. `only`: by this connection, or 0.
     */
    _send(
      data: unknown,
      bytes?: number,
      id?: number,
      timeout?: number,
      retry?: boolean,
      only?: number,
    ): import('./numbers').SendResult;
  }
}
