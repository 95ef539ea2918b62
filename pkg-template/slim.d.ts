/**
 * `holdfast-ws/slim`: everything of `holdfast-ws`, without the WebAssembly. That is the file `holdfast-ws/holdfast-ws.wasm` of the same
 * version. `init()` loads it.
 */
export * from './index';
export { default } from './index';

/**
 * The WebAssembly: a URL, a response, the bytes, or a compiled module (a page may send its own to a worker). A response of the type
 * `application/wasm` is compiled while it loads.
 */
export type WasmSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/**
 * Loads and starts the WebAssembly, once. Resolves when sockets can be created; before that, constructors throw. Later calls wait for
 * the first, and ignore their source. After a failure it can be called again.
 *
 * Rejects with an `Error` where there is no WebSocket or WebAssembly, under a Content-Security-Policy without `'wasm-unsafe-eval'`, and
 * if there is no such file. Rejects with a `TypeError` if the source has another type.
 */
export declare function init(source: WasmSource | Promise<WasmSource>): Promise<void>;
