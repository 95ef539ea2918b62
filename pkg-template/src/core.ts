/**
 * Brings the WebAssembly core to life: synchronously, in the first constructor. Importing the package instantiates nothing,
 * so that it can be imported where there is no WebSocket and no page (server rendering).
 */
import { start } from 'holdfast:wasm';
import { findNative } from './native';

let started = false;

export function load(): void {
  if (started) return;
  findNative();
  if (!globalThis.WebAssembly) throw Error('holdfast-ws needs WebAssembly, which this engine lacks');
  try {
    start();
  } catch (cause) {
    // Chromium's own text names 'unsafe-eval', which would allow far more than is needed.
    // https://www.w3.org/TR/CSP3/#can-compile-wasm-bytes
    throw Object.assign(
      Error(
        `holdfast-ws: WebAssembly did not start. Under a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src. (${cause})`,
      ),
      { cause },
    );
  }
  started = true;
}

/** What `core.read` is asked for: the numbers of `src/export/readings.rs`. NaN is what there is none of. */
export enum Reading {
  ReadyState,
  BufferedAmount,
  RetryAt,
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
  PendingRequests,
  LateReplies,
}

/** And `core.text`. */
export enum Text {
  Url,
  Protocol,
  Extensions,
}
