/**
 * `holdfast-ws/slim`: `holdfast-ws` without the WebAssembly in it. The file is `holdfast-ws/holdfast-ws.wasm`, of the same
 * version; `init()` is told where it is.
 */
export * from './index';
export { default } from './index';

/**
 * Where the WebAssembly is: an address, a response, the bytes, or a module that is compiled already (a page may give a worker
 * its own). While it loads, a response of the type `application/wasm` is compiled.
 */
export type WasmSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/**
 * Loads and starts the WebAssembly, once, and resolves when sockets can be made; before that, constructors throw. Later calls
 * wait for the first, and take no notice of their source; after one that failed it can be called again.
 *
 * @returns Rejects with an `Error` where there is no WebSocket or WebAssembly, under a Content-Security-Policy without
 * `'wasm-unsafe-eval'`, and where there is no such file; with a `TypeError` for what is no source.
 */
export declare function init(source: WasmSource | Promise<WasmSource>): Promise<void>;
