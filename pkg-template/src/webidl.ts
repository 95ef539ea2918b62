/**
 * The conversions of WebIDL that happen before the core or the browser's class sees a value. https://webidl.spec.whatwg.org/
 * Text is left as DOMString: the browser's own `send` and `close`, and the core's UTF-8, replace lone surrogates.
 */
import { isObject } from './native';
import { tag } from './options';

/** `[Clamp] unsigned short`: to the nearest number in range, halves to even. */
export function clamp(value: unknown): number {
  const inRange = Math.min(Math.max(+(value as number), 0), 65535);
  const rounded = Math.round(inRange);
  return rounded - inRange === 0.5 && rounded % 2 ? rounded - 1 : rounded || 0;
}

/** `(DOMString or sequence<DOMString>)`. Templates, because `String(symbol)` doesn't throw. */
export const protocolList = (value: unknown): string[] =>
  isObject(value) && (value as string[])[Symbol.iterator] != null
    ? Array.from(value as string[], (item) => `${item}`)
    : [`${value}`];

/**
 * "Obtain a URL record" of the constructor, for when the browser's constructor won't be called just yet.
 * https://websockets.spec.whatwg.org/#dom-websocket-websocket
 */
export function checkUrl(value: unknown): string {
  let url = '';
  try {
    url = new URL(`${value}`, globalThis.document?.baseURI ?? globalThis.location?.href).href.replace(/^http/, 'ws');
  } catch {}
  if (!/^wss?:[^#]*$/.test(url)) throw new DOMException('The URL is invalid.', 'SyntaxError');
  return url;
}

/** Length in UTF-8, a lone surrogate being sent as U+FFFD; without making the bytes. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Three bytes for a unit above U+07FF, except that the two of a pair have four together.
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1;
    if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) bytes -= 2;
  }
  return bytes;
}

/** What `close()` throws. https://websockets.spec.whatwg.org/#dom-websocket-close */
export function checkClose(code: number | undefined, reason: string | undefined): void {
  if (code !== undefined && code !== 1000 && !(code > 2999 && code < 5000))
    throw new DOMException('The close code must be 1000, or from 3000 to 4999.', 'InvalidAccessError');
  if (reason && utf8Length(reason) > 123)
    throw new DOMException('The close reason must not exceed 123 bytes of UTF-8.', 'SyntaxError');
}

/** `(BufferSource or Blob or USVString)`, of which shared and resizable memory is no part. */
export function payload(data: unknown): string | BufferSource | Blob {
  if (typeof data === 'string') return data;
  const type = tag(data);
  if (type === 'Blob' || type === 'File') return data as Blob;
  const view = ArrayBuffer.isView(data);
  if (!view && !type.endsWith('ArrayBuffer')) return `${data}`;
  const buffer = (view ? data.buffer : data) as ArrayBuffer & { resizable?: boolean };
  if (buffer.resizable || tag(buffer) !== 'ArrayBuffer')
    throw TypeError("Failed to execute 'send' on 'WebSocket': shared or resizable memory.");
  return data as BufferSource;
}

/** A message that has to wait, as it is now, and its size in bytes. */
export function snapshot(data: string | BufferSource | Blob): [copy: unknown, bytes: number] {
  if (typeof data === 'string') return [data, utf8Length(data)];
  // Nobody can change a Blob.
  if ('size' in data) return [data, data.size];
  const length = data.byteLength;
  return [ArrayBuffer.isView(data) ? data.buffer.slice(data.byteOffset, data.byteOffset + length) : data.slice(0), length];
}
