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
  if (!/^wss?:[^#]*$/.test(url)) throw new DOMException('The URL is invalid, has a fragment, or is not ws(s): or http(s):', 'SyntaxError');
  return url;
}

/** A message that has to wait, as it is now, and its length in UTF-8 bytes. */
export function snapshot(data: unknown): [copy: unknown, bytes: number] {
  const view = ArrayBuffer.isView(data);
  const type = tag(data);
  if (view || /^((Shared)?ArrayBuffer|Blob|File)$/.test(type)) {
    // Blob takes the same union of types as send(), so it refuses shared and resizable memory in our stead.
    const bytes = new Blob([data as BlobPart]).size;
    if (view) return [data.buffer.slice(data.byteOffset, data.byteOffset + bytes), bytes];
    return [type === 'ArrayBuffer' ? (data as ArrayBuffer).slice(0) : data, bytes];
  }
  const text = `${data}`;
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Three bytes for a unit above U+07FF, except that the two of a pair need four together.
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1;
    if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) bytes -= 2;
  }
  return [text, bytes];
}
