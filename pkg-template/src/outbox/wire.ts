/** The default wire: JSON, with the box and the number beside the fields of the message. */
import { isPlainObject } from '../model/request-encoding';
import { throwTypeError } from '../platform/errors';
import { quietly, tag } from '../platform/native';

export interface Hello {
  hello: { box: string; from: number };
}

export interface Numbered {
  box: string;
  n: number;
  message: unknown;
}

/** An answer of the server about a box: of one number, or of all up to one. */
export interface Answer {
  box: string;
  /** The answer to `hello`. */
  hello?: boolean;
  /** The last number that is done. */
  done?: number;
  /** The number that it is about. */
  n?: number;
  ok?: unknown;
  error?: { final?: boolean } & Record<string, unknown>;
}

export interface Codec {
  encode(frame: Hello | Numbered): string | BufferSource | Blob;
  /** Returns `undefined` for what is no answer to an outbox. */
  decode(data: unknown): Answer | undefined;
}

const RESERVED = ['box', 'n', 'hello'];

/** Objects whose content JSON leaves out, without a word. */
const LOST =
  /^(?:Weak)?(?:Map|Set|Ref)$|.Array$|ArrayBuffer$|^(?:Blob|File|FileList|DataView|FormData|URLSearchParams|Headers|RegExp|Promise)$/;

/** Returns why this message can't be sent, if it can't. */
function faultOf(message: unknown): string | undefined {
  if (!isPlainObject(message)) return 'a message must be a plain object; for others set the option codec';
  const taken = RESERVED.find((name) => name in (message as object));
  return taken && `a message can't have the field ${taken}; set the option codec, or put the message into a field`;
}

function refuseLost(_: string, value: unknown): unknown {
  if (typeof value === 'object' && value && !Array.isArray(value)) {
    const kind = tag(value);
    if (LOST.test(kind)) throw Error(`the content of a ${kind} would be lost; set the option codec, or put it into fields`);
  }
  return value;
}

/** Returns a message as JSON. Throws for one that JSON can't say: a `BigInt`, a circle, a `Map`. */
function toJson(message: unknown): string {
  let text: string | undefined;
  let why = `JSON has no ${typeof message}`;
  try {
    text = JSON.stringify(message, refuseLost);
  } catch (error) {
    why = (error as Error).message;
  }
  if (text === undefined) throwTypeError(`a message must be JSON: ${why}`);
  return text;
}

/** Copies a message that is sent, or stored, as JSON: the copy says there what the message says now. */
function copyForJson(message: unknown): unknown {
  const text = toJson(message);
  let copy: unknown;
  try {
    copy = structuredClone(message);
  } catch (error) {
    // JSON can read what can't be cloned, such as a proxy of Vue's. A function it would leave out.
    const refuse = (_: string, value: unknown) => {
      if (typeof value === 'function' || typeof value === 'symbol') throw error;
      return value;
    };
    return JSON.parse(JSON.stringify(message, refuse));
  }
  // A copy has no class, and so no toJSON().
  return quietly(() => JSON.stringify(copy)) === text ? copy : JSON.parse(text);
}

/** Copies a message, because the application may change its own before it is sent. Throws for one that can't be sent, or encrypted with a key. */
export function copyMessage(message: unknown, { codec, key }: { codec: Codec; key?: CryptoKey | undefined }): unknown {
  const fault = codec === json && faultOf(message);
  if (fault) throwTypeError(fault);
  if (codec !== json) return key ? copyForJson(message) : structuredClone(message);
  const copy = copyForJson(message);
  // Its toJSON() may say something else.
  const late = faultOf(copy);
  if (late) throwTypeError(late);
  return copy;
}

/** Encodes a frame. Throws if the application's codec gives something that can't be sent. */
export function encode(codec: Codec, frame: Hello | Numbered): string | BufferSource | Blob {
  const data = codec.encode(frame);
  if (
    typeof data !== 'string' &&
    !ArrayBuffer.isView(data) &&
    !['ArrayBuffer', 'SharedArrayBuffer', 'Blob', 'File'].includes(tag(data))
  )
    throwTypeError('option codec: encode() returns a string, an ArrayBuffer or a view of one, or a Blob');
  return data;
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export const json: Codec = {
  encode(frame) {
    if ('hello' in frame) return JSON.stringify(frame);
    const { box, n, message } = frame;
    return JSON.stringify({ box, n, ...(message as object) });
  },
  decode(data) {
    // Other messages are not parsed.
    if (typeof data !== 'string' || !/^\s*\{/.test(data) || !data.includes('"box"')) return undefined;
    let said: Record<string, unknown>;
    try {
      said = JSON.parse(data);
    } catch {
      return undefined;
    }
    const { hello } = said as { hello?: { box?: unknown; done?: unknown } };
    if (hello && typeof hello.box === 'string' && isNumber(hello.done))
      return { box: hello.box, hello: true, done: hello.done };
    const { box, n, done, error } = said;
    if (typeof box !== 'string') return undefined;
    if (isNumber(done)) return { box, done };
    if (!isNumber(n)) return undefined;
    if (Object(error) === error) return { box, n, error: error as Answer['error'] & object };
    // JSON leaves out a receipt that is undefined.
    return 'ok' in said || Object.keys(said).length === 2 ? { box, n, ok: said.ok } : undefined;
  },
};
