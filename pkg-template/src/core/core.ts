/**
 * The boundary to the WebAssembly. Only numbers cross it: sockets, payloads, events and timers stay on this side.
 *
 * The core calls a host only while that host's socket calls the core. So `host` and `event` below are the ones of the innermost call.
 */
import { inlined } from 'holdfast:wasm';
import { report } from '../platform/native';
import { Op, Route, SendResult } from './numbers';

/** The exports of `bindings/src/lib.rs`, as wasm-bindgen names them. */
interface Exports {
  core_create(): number;
  core_call(core: number, op: Op, subject?: number, value?: number, timeout?: number, route?: number): number;
  __wbg_core_free(core: number, borrowed: number): void;
}

type Methods = { [name: string]: (...given: unknown[]) => unknown };

let exports: Exports;
let host: object;
let event: Event | undefined;

/**
 * Each import calls the method of its name, with its numbers, or else with the event. No exception may cross the core's frames. A proxy needs no
 * list of their names: 45 bytes.
 */
function imports(): WebAssembly.Imports {
  // Without rest parameters, which would make two arrays for each call.
  const get =
    (_: object, name: string) =>
    (first: unknown = event, second: unknown, third: unknown, fourth: unknown) => {
      try {
        return (host as Methods)[name]?.(first, second, third, fourth);
      } catch (error) {
        report(error);
        return;
      }
    };
  // `build/wasm-names.mjs` names the module of all imports.
  return { a: new Proxy({}, { get }) };
}

const begin = (instance: WebAssembly.Instance) => {
  exports = instance.exports as unknown as Exports;
};

export function instantiate(module: WebAssembly.Module): void {
  begin(new WebAssembly.Instance(module, imports()));
}

export async function instantiateLater(module: WebAssembly.Module): Promise<void> {
  begin(await WebAssembly.instantiate(module, imports()));
}

export { inlined };

/** The core of one socket: its handle in the WebAssembly, and the payloads that wait. The WebAssembly knows these by number. */
export class Core {
  declare readonly _host: object;
  declare _handle: number;
  declare readonly _payloads: Map<number, [data: unknown, retry: boolean]>;
  /** The number of the last payload that is no request's. */
  declare _last: number;

  /** With the options that `host` gives. */
  constructor(host: object) {
    this._host = host;
    this._payloads = new Map();
    this._last = 0;
    this._handle = this._run(() => exports.core_create());
  }

  _run(call: () => number, given?: Event): number {
    const outerHost = host;
    const outerEvent = event;
    host = this._host;
    event = given;
    try {
      return call();
    } finally {
      host = outerHost;
      event = outerEvent;
    }
  }

  /** Runs an operation: see `numbers.ts`. `about` is the event that it is about. */
  _call(op: Op, subject?: number, value?: number, about?: Event, timeout?: number, route?: number): number {
    return this._handle
      ? this._run(() => exports.core_call(this._handle, op, subject, value, timeout, route), about)
      : Number.NaN;
  }

  /** Keeps a payload until the core gives back its number, which is returned. */
  _keep(data: unknown, id = 0, retry = false): number {
    const number = id || --this._last;
    this._payloads.set(number, [data, retry]);
    return number;
  }

  /** Returns the payload of a number. One that may be sent again is kept until its request has settled. */
  _take(number: number): unknown {
    const [data, retry] = this._payloads.get(number) ?? [];
    if (!retry) this._payloads.delete(number);
    return data;
  }

  /** A message, or with an `id` a request, whose `timeout` (ms) begins. `route`: a `Route`, or the only connection that may take it. */
  _send(data: unknown, bytes = 0, route: number = Route.Any, id = 0, timeout = 0): SendResult {
    const payload = this._keep(data, id, route === Route.Retry);
    const result = this._call(Op.Send, payload, bytes, undefined, timeout, route);
    if (result) this._payloads.delete(payload);
    return result === SendResult.Discarded ? SendResult.Taken : result;
  }

  /** Gives up a request, or forgets one that has settled. Returns true if it was pending. */
  _abort(id: number): boolean {
    this._payloads.delete(id);
    return !!this._call(Op.Abort, id);
  }

  /** Ends the connection. Called when the socket was collected, or could not be made. */
  _end(): void {
    const handle = this._handle;
    this._handle = 0;
    if (handle) this._run(() => exports.__wbg_core_free(handle, 1) as never);
  }
}

/** Ends the connection of a socket that was collected. https://websockets.spec.whatwg.org/#garbage-collection */
const collected = globalThis.FinalizationRegistry && new FinalizationRegistry<Core>((core) => core._end());

export const endWhenCollected = (socket: object, core: Core): void => collected.register(socket, core);
