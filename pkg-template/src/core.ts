/**
 * Brings the WebAssembly core to life: synchronously, in the first constructor. Importing the package instantiates nothing,
 * so that it can be imported where there is no WebSocket and no page (server rendering).
 */
import { inlined, instantiate, instantiateLater } from 'holdfast:wasm';
import { platformClass } from './platform';

/** What an engine must have. FinalizationRegistry ends the connection of a socket that nobody can reach any more. */
const NEEDED = ['WebAssembly', 'WeakRef', 'FinalizationRegistry'];

export let started = false;

/** Throws where there is nothing to build on, saying what is missing. */
export function checkEngine(): void {
  const missing = NEEDED.filter((name) => !(globalThis as Record<string, unknown>)[name]);
  if (!platformClass()) missing.unshift('WebSocket');
  if (missing.length) throw Error(`holdfast-ws needs ${missing.join(' and ')}, which this engine lacks`);
}

/** Says why the core did not start, for what a browser throws. */
export function failed(cause: unknown): Error {
  // Chromium's own text names 'unsafe-eval', which would allow far more than is needed.
  // https://www.w3.org/TR/CSP3/#can-compile-wasm-bytes
  const why =
    cause instanceof RangeError
      ? 'This browser (Chrome before 114) compiles no more than 4 KB at once on the main thread: use holdfast-ws/slim, which waits for it.'
      : "Under a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src.";
  return Object.assign(Error(`holdfast-ws: WebAssembly did not start. ${why} (${cause})`), { cause });
}

function start(module: WebAssembly.Module): void {
  instantiate(module);
  started = true;
}

/** The same where the browser may take its time, so that it refuses no size. */
export async function startLater(module: WebAssembly.Module): Promise<void> {
  await instantiateLater(module);
  started = true;
}

/** Called by every constructor. */
export function load(): void {
  if (started) return;
  checkEngine();
  if (SLIM) throw Error('holdfast-ws/slim: `await init(source)` first, with where holdfast-ws.wasm is');
  try {
    start(new WebAssembly.Module(inlined()));
  } catch (cause) {
    throw failed(cause);
  }
}

/** True if the class works in this engine: it has what is needed, and compiles WebAssembly. */
export function isSupported(): boolean {
  try {
    if (started) return true;
    checkEngine();
    // The smallest module there is, because the real one may still have to be loaded.
    if (SLIM) new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    else load();
    return true;
  } catch {
    return false;
  }
}

/** What `core.ask` is asked and told: the numbers of `src/export/numbers.rs`. NaN is what there is none of. */
export enum Ask {
  ReadyState,
  BufferedAmount,
  RetryAt,
  /** Whether a message would go out at once; if not, the core is given a copy. */
  CanSend,
  /** Whether every message is shown to `host.reply`, though nothing be pending; the second number. */
  Inspect,
  /** A number for a request, never the same twice. */
  RequestId,
  Status,
  Attempt,
  Latency,
  P50,
  P90,
  P99,
  Max,
  Connections,
  Attempts,
  Sent,
  Received,
  Pings,
  Pongs,
  QueuedMessages,
  QueuedBytes,
  Unsent,
  DeadLines,
  LateReplies,
  PendingRequests,
  /** What the page tells: see `page.ts`. */
  Signal,
  /** After the browser's socket has been closed, if there is one. */
  Close,
  Reconnect,
  /** The answer to `host.provide`: the question, and whether it is known where to dial. */
  Provided,
  /** The answer to `host.admit`: the connection, and whether it is admitted. If not, returns whether it was asked for. */
  Admit,
  /** A reply to a request, and whether it is its last part; else the timeout starts over. 0: awaited. 1: late, or repeated, and counted. 2: no request of ours. */
  Reply,
  /** Nobody waits for a reply any more; the request is taken out of the queue. Returns whether somebody did. */
  Abort,
  /** Has `host.drain` called once, shortly. */
  WatchDrain,
  /** The alarm of `page.ts` rings. */
  Ring,
  /** A connection that was abandoned has closed. */
  Gone,
}
