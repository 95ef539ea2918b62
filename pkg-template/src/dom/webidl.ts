/**
 * The conversions of WebIDL that happen before the core or the browser's class sees a value. https://webidl.spec.whatwg.org/
 * Text is left as DOMString: the browser's own `send` and `close`, and the core's UTF-8, replace lone surrogates.
 */
import { throwTypeError } from '../platform/errors';
import { isObject, tag } from '../platform/native';

/** `[Clamp] unsigned short`: to the nearest number in range, halves to even. */
export function clamp(value: unknown): number {
  const inRange = Math.min(Math.max(+(value as number), 0), 65535);
  const rounded = Math.round(inRange);
  return rounded - inRange === 0.5 && rounded % 2 ? rounded - 1 : rounded || 0;
}

/**
 * `(DOMString or sequence<DOMString>)`. Templates, because `String(symbol)` doesn't throw. Each item is converted before the next is
 * asked for, and an iterator is not closed when that throws, as `for` and `Array.from` would do. https://webidl.spec.whatwg.org/#es-sequence
 */
export function protocolList(value: unknown): string[] {
  const iterate = isObject(value) ? (value as Iterable<unknown>)[Symbol.iterator] : undefined;
  if (iterate == null) return [`${value}`];
  const iterator = iterate.call(value);
  const { next } = iterator;
  const list = [];
  for (;;) {
    const step = next.call(iterator);
    if (!isObject(step)) throw TypeError(`${step} is not an object`);
    if (step.done) return list;
    list.push(`${step.value}`);
  }
}

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

/** Returns the length in UTF-8. A lone surrogate is sent as U+FFFD. */
export const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

/** The errors that `close()` throws. https://websockets.spec.whatwg.org/#dom-websocket-close */
export function checkClose(code: number | undefined, reason: string | undefined): void {
  if (code !== undefined && code !== 1000 && !(code > 2999 && code < 5000))
    throw new DOMException('The close code must be 1000, or from 3000 to 4999.', 'InvalidAccessError');
  if (reason && utf8Length(reason) > 123)
    throw new DOMException('The close reason must not exceed 123 bytes of UTF-8.', 'SyntaxError');
}

/** Reads an attribute of a class, even if the object shadows it. Throws if the object is of another class. */
const read = (prototype: object, key: PropertyKey, value: unknown) => Reflect.get(prototype, key, value as object);

function is(prototype: object, key: PropertyKey, value: unknown): boolean {
  try {
    read(prototype, key, value);
    return true;
  } catch {
    return false;
  }
}

export const isBuffer = (value: unknown) => is(ArrayBuffer.prototype, 'byteLength', value);

/** The prototype that knows a view's `buffer`, `byteOffset` and `byteLength`. */
function viewClass(view: ArrayBufferView): object {
  const typed = Object.getPrototypeOf(Uint8Array.prototype);
  return read(typed, Symbol.toStringTag, view) ? typed : DataView.prototype;
}

/** `(BufferSource or Blob or USVString)`, of which shared and resizable memory is no part. */
export function payload(data: unknown): string | BufferSource | Blob {
  // The most frequent first: `isObject` would make an object of a text.
  if (typeof data === 'string') return data;
  if (!isObject(data)) return `${data}`;
  const view = ArrayBuffer.isView(data);
  if (view || isBuffer(data) || tag(data) === 'SharedArrayBuffer') {
    const buffer = view ? read(viewClass(data), 'buffer', data) : data;
    if (!isBuffer(buffer) || read(ArrayBuffer.prototype, 'resizable', buffer))
      throwTypeError('shared or resizable memory is no message');
    return data as BufferSource;
  }
  return is(Blob.prototype, 'size', data) ? (data as Blob) : `${data}`;
}

/** A message that has to wait, as it is now, and its size in bytes. */
export function snapshot(data: string | BufferSource | Blob): [copy: unknown, bytes: number] {
  if (typeof data === 'string') return [data, utf8Length(data)];
  const view = ArrayBuffer.isView(data);
  // A Blob is immutable.
  if (!view && !isBuffer(data)) return [data, read(Blob.prototype, 'size', data)];
  const prototype = view ? viewClass(data) : ArrayBuffer.prototype;
  const bytes = read(prototype, 'byteLength', data);
  // Memory that was given away has no bytes, and can't even be copied.
  if (!bytes) return [new ArrayBuffer(0), 0];
  const begin = view ? read(prototype, 'byteOffset', data) : 0;
  const buffer = view ? read(prototype, 'buffer', data) : data;
  return [ArrayBuffer.prototype.slice.call(buffer, begin, begin + bytes), bytes];
}
