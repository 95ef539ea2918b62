/**
 * Blanks the text in a wasm file's data: messages of panics, the places in the source that they name, and what numbers are printed
 * with. Nobody reads it. The panic handler only traps, what wasm-bindgen would throw needs none, and
 * no function of ours takes or gives text. It is 3 % of the file after compression, and would hold paths of the machine.
 */
import { Reader } from './wasm-names.mjs';

const DATA = 11;

/** So many printable characters are a text; what the compiler makes tables of is shorter. */
const TEXT = /[ -~]{10,}/g;

export function blankTexts(bytes) {
  const blanked = Buffer.from(bytes);
  const reader = new Reader(blanked, 8);
  let texts = 0;
  while (reader.at < blanked.length) {
    const id = reader.number();
    const section = reader.take(reader.number());
    if (id !== DATA) continue;
    for (const { 0: text, index } of section.toString('latin1').matchAll(TEXT)) {
      section.fill(0, index, index + text.length);
      texts++;
    }
  }
  if (!texts) throw Error('the wasm has no text to blank: has something changed, or is this of no use any more?');
  return blanked;
}
