/**
 * Gives imports and exports of a wasm file names of a letter or two; wasm-bindgen's are long, and stand in the glue as well,
 * where esbuild's property mangling puts the same short ones. Those of functions go.
 * https://webassembly.github.io/spec/core/binary/modules.html
 */
const CUSTOM = 0;
const IMPORTS = 2;
const EXPORTS = 7;

export class Reader {
  constructor(bytes, at = 0) {
    Object.assign(this, { bytes, at });
  }
  /** An unsigned LEB128. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }
  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  name() {
    return Buffer.from(this.take(this.number())).toString();
  }
}

const number = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)]);
const name = (text) => [...number(text.length), ...Buffer.from(text)];

/** The kind and type that follow the names of an import, copied as they are. */
function importType(reader) {
  const start = reader.at;
  const kind = reader.number();
  if (kind !== 0) throw Error(`wasm import of kind ${kind}: only functions are expected`);
  reader.number();
  return reader.bytes.subarray(start, reader.at);
}

function rename(section, id, moduleName, shorten) {
  const reader = new Reader(section);
  const count = reader.number();
  const out = number(count);
  for (let i = 0; i < count; i++) {
    if (id === IMPORTS) {
      reader.name();
      out.push(...name(moduleName), ...name(shorten(reader.name())), ...importType(reader));
    } else {
      const short = shorten(reader.name());
      out.push(...name(short), ...reader.take(1), ...number(reader.number()));
    }
  }
  return out;
}

/** The file with short names, and which name became which. */
export function shortenNames(bytes, moduleName) {
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const names = {};
  const shorten = (long) => {
    const at = Object.keys(names).length;
    names[long] ??= at < 52 ? letters[at] : `${letters[Math.floor(at / 52) - 1]}${letters[at % 52]}`;
    return names[long];
  };
  const reader = new Reader(bytes, 8);
  const out = [...bytes.subarray(0, 8)];
  while (reader.at < bytes.length) {
    const id = reader.number();
    const section = reader.take(reader.number());
    if (id === CUSTOM) continue;
    const written = id === IMPORTS || id === EXPORTS ? rename(section, id, moduleName, shorten) : [...section];
    out.push(id, ...number(written.length));
    for (const byte of written) out.push(byte);
  }
  return { bytes: Uint8Array.from(out), names };
}
