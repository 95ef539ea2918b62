/**
 * Writes the wasm file as a JavaScript string. What counts is the size after compression, so a byte must stay a whole
 * character: base64 and its kind destroy the pattern. Measured on a 17 KB module, with brotli: base64 9.5 KB, hex 7.7,
 * one printable character or two for each byte 7.35, latin1 7.2, this 7.15, and the file itself 7.05.
 *
 * A byte below 128 is the ASCII character of that number; one above is a mark and the character of the rest. Two characters that are
 * rare in this file are given up: one to be the mark, one to stand for 0 (an inline <script> can't have NUL).
 * They themselves become escapes. So everything is ASCII, and no page's charset can spoil it.
 */
import { createHash } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';

const ESCAPES = { '\n': '\\n', '\r': '\\r', '"': '\\"', '\\': '\\\\' };

export const brotli = (text) =>
  brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
  }).length;

/** The escapes that stand for the two characters that were given up. */
const SPARE = { mark: '\\x80', zero: '\\x81' };

function encode(bytes, mark, zero) {
  let text = '';
  for (const byte of bytes) {
    const low = byte & 127;
    if (byte > 127) text += String.fromCharCode(mark);
    if (low === 0) text += String.fromCharCode(zero);
    else if (low === mark) text += SPARE.mark;
    else if (low === zero) text += SPARE.zero;
    else text += ESCAPES[String.fromCharCode(low)] ?? String.fromCharCode(low);
  }
  return `"${text}"`;
}

/** The texts that were found before, by the hash of the bytes: both formats of an entry have the same text. */
const found = new Map();

/** The string literal that compresses best, and the source of an expression that makes it bytes again. See `search()`. */
export function wasmText(bytes, tries) {
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (!found.has(hash)) found.set(hash, search(bytes, tries));
  return found.get(hash);
}

/** Compresses with every pair out of so many rare bytes: 8 of them take 28 times as long as 2, and save up to 90 of 65,000 bytes. */
function search(bytes, tries = 2) {
  const count = new Array(128).fill(0);
  for (const byte of bytes) count[byte & 127]++;
  const rare = [...count.keys()].filter((code) => !'\0\n\r"\\<'.includes(String.fromCharCode(code)));
  rare.sort((a, b) => count[a] - count[b]).splice(tries);
  let best;
  for (const mark of rare) {
    for (const zero of rare) {
      if (mark === zero) continue;
      const literal = encode(bytes, mark, zero);
      const size = brotli(literal);
      if (!best || size < best.size) best = { literal, size, mark, zero };
    }
  }
  const { literal, mark, zero } = best;
  const [markText, zeroText] = [mark, zero].map((code) => JSON.stringify(String.fromCharCode(code)));
  // It runs once, before anything has compiled it, so the browser's own functions do what they can: a loop of ours over all characters
  // takes twice as long, and has the compiler at work on it meanwhile. Jest's jsdom has no TextEncoder.
  const decoder = `function decode(text) {
  const runs = text.split(${markText});
  const low = runs.join('').split(${zeroText}).join('\\0').replaceAll('${SPARE.mark}', ${markText}).replaceAll('${SPARE.zero}', ${zeroText});
  const bytes = globalThis.TextEncoder ? new TextEncoder().encode(low) : Uint8Array.from(low, (one) => one.charCodeAt(0));
  let at = 0;
  // The one beyond the last run's end is no byte, and ignored.
  for (const run of runs) bytes[(at += run.length)] |= 128;
  return bytes;
}`;
  return { literal, decoder };
}
