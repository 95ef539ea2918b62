/**
 * Brings the WebAssembly core to life: synchronously, in the first constructor. Importing the package instantiates nothing,
 * so that it can be imported where there is no WebSocket and no page (server rendering).
 */
import { platformClass } from '../platform/native-class';
import { inlined, instantiate, instantiateLater } from './core';

/** The features that a JavaScript engine must have. FinalizationRegistry ends the connection of a socket that was collected. */
const NEEDED = ['WebAssembly', 'WeakRef', 'FinalizationRegistry'];

export let started = false;

/** Throws an error that names the missing features of the JavaScript engine. */
export function checkEngine(): void {
  const missing = NEEDED.filter((name) => !(globalThis as Record<string, unknown>)[name]);
  if (!platformClass()) missing.unshift('WebSocket');
  if (missing.length) throw Error(`holdfast-ws needs ${missing.join(' and ')}, which this engine lacks`);
}

/** Returns the error that says why the core did not start, made from what the browser threw. */
export function startError(cause: unknown): Error {
  // Chromium's own text names 'unsafe-eval', which would allow far more than is needed.
  // https://www.w3.org/TR/CSP3/#can-compile-wasm-bytes
  const why =
    !SLIM && cause instanceof RangeError
      ? 'Chrome before 114 compiles no more than 4 KB at once: use holdfast-ws/slim, which waits for it.'
      : "Under a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src.";
  return Object.assign(Error(`holdfast-ws: WebAssembly did not start. ${why} (${cause})`), { cause });
}

function start(module: WebAssembly.Module): void {
  instantiate(module);
  started = true;
}

/** Starts the core asynchronously, for which browsers have no limit of size. */
export async function startLater(module: WebAssembly.Module): Promise<void> {
  await instantiateLater(module);
  started = true;
}

/** Called by every constructor. */
export function ensureStarted(): void {
  if (started) return;
  checkEngine();
  if (SLIM) throw Error('holdfast-ws/slim: `await init(source)` first, with where holdfast-ws.wasm is');
  try {
    start(new WebAssembly.Module(inlined()));
  } catch (cause) {
    throw startError(cause);
  }
}

/** True if the class works in this engine: it has what is needed, and compiles WebAssembly. */
export function isSupported(): boolean {
  try {
    if (started) return true;
    checkEngine();
    // The smallest module there is, because the real one may still have to be loaded.
    if (SLIM) new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    else ensureStarted();
    return true;
  } catch {
    return false;
  }
}
