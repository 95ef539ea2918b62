/** Brings the world's wasm to life, once for all worlds. */
import { initSync, inlined } from 'holdfast:machine';

let started = false;

export function startMachine(): void {
  if (!started) initSync({ module: new WebAssembly.Module(inlined()) });
  started = true;
}
