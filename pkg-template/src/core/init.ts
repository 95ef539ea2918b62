/** `holdfast-ws/slim`: the WebAssembly comes from the source that the application gives. */

import { throwTypeError } from '../platform/errors';
import { tag } from '../platform/native';
import { checkEngine, startError, started, startLater } from './start';

type Source = string | URL | Request | Response | BufferSource | WebAssembly.Module;

let pending: Promise<void> | undefined;

/** Compiles the module while it is loading if the server names its type; otherwise once it is loaded. */
async function ofResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw Error(`holdfast-ws: no WebAssembly at ${response.url} (${response.status})`);
  return response.headers.get('content-type') === 'application/wasm'
    ? WebAssembly.compileStreaming(response)
    : ofBytes(await response.arrayBuffer(), `${response.headers.get('content-type')} came from ${response.url}`);
}

/** Checks the first bytes, because a server often answers the request for a missing file with its HTML page. */
function ofBytes(bytes: BufferSource, what: string): Promise<WebAssembly.Module> {
  const {
    buffer,
    byteOffset = 0,
    byteLength,
  } = ArrayBuffer.isView(bytes) ? bytes : { buffer: bytes, byteLength: bytes.byteLength };
  const begin = new Uint8Array(buffer, byteOffset, Math.min(byteLength, 4));
  if (`${begin}` !== '0,97,115,109') throw Error(`holdfast-ws: no WebAssembly: ${what} (${byteLength} bytes)`);
  return WebAssembly.compile(bytes);
}

async function moduleOf(source: Source): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (ArrayBuffer.isView(source) || /ArrayBuffer$/.test(tag(source)))
    return ofBytes(source as BufferSource, 'other bytes were given');
  if (tag(source) === 'Response') return ofResponse(source as Response);
  if (typeof source === 'string' || /^(URL|Request)$/.test(tag(source))) return ofResponse(await fetch(source as string));
  throwTypeError('init() takes a URL, Request, Response, bytes or WebAssembly.Module');
}

async function begin(given: Source | Promise<Source> | undefined): Promise<void> {
  checkEngine();
  try {
    await startLater(await moduleOf((await given) as Source));
  } catch (cause) {
    // Other errors, such as that of a missing file, are reported unchanged.
    throw cause instanceof WebAssembly.CompileError || cause instanceof WebAssembly.LinkError || cause instanceof RangeError
      ? startError(cause)
      : cause;
  }
}

/** Starts the core once: later calls wait for the first one. After a failure it can be called again. */
export async function init(source?: Source | Promise<Source>): Promise<void> {
  if (started) return;
  pending ??= begin(source).finally(() => {
    pending = undefined;
  });
  return pending;
}
