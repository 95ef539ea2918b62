/** `holdfast-ws/slim`: the WebAssembly comes from where the application says. */
import { checkEngine, failed, start, started } from './core';
import { misuse } from './errors';
import { tag } from './options';

type Source = string | URL | Request | Response | BufferSource | WebAssembly.Module;

let pending: Promise<void> | undefined;

/** Compiled while it is loading where the server says what it is; else after that. */
async function ofResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw Error(`holdfast-ws: no WebAssembly at ${response.url} (${response.status})`);
  return response.headers.get('content-type') === 'application/wasm'
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

async function moduleOf(source: Source): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (ArrayBuffer.isView(source) || /ArrayBuffer$/.test(tag(source))) return WebAssembly.compile(source as BufferSource);
  if (tag(source) === 'Response') return ofResponse(source as Response);
  if (typeof source === 'string' || /^(URL|Request)$/.test(tag(source))) return ofResponse(await fetch(source as string));
  misuse('init() takes a URL, Request, Response, bytes or WebAssembly.Module');
}

async function begin(given: Source | Promise<Source> | undefined): Promise<void> {
  checkEngine();
  try {
    start(await moduleOf((await given) as Source));
  } catch (cause) {
    // A file that isn't there is its own story.
    throw cause instanceof WebAssembly.CompileError || cause instanceof WebAssembly.LinkError ? failed(cause) : cause;
  }
}

/** Once: later calls wait for the first, and only one that failed can be repeated. */
export async function init(source?: Source | Promise<Source>): Promise<void> {
  if (started) return;
  pending ??= begin(source).finally(() => {
    pending = undefined;
  });
  return pending;
}
