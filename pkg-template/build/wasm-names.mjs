/**
 * Gives imports and exports of a wasm file names of a letter or two; esbuild's property mangling puts the same into the wrapper, whose
 * methods they are. Exports that the wrapper doesn't call go, and so do the names of functions.
 * https://webassembly.github.io/spec/core/binary/modules.html
 */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const CUSTOM = 0;
const IMPORTS = 2;
const EXPORTS = 7;

/** The name of the module that all imports are from. */
const MODULE = 'a';

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

/** The exports that the wrapper calls: those of `bindings/src/lib.rs`, and the end of a core. */
const CALLED = /^(core_\w+|__wbg_core_free)$/;

function renameImports(reader, shorten) {
  const count = reader.number();
  const out = number(count);
  for (let i = 0; i < count; i++) {
    reader.name();
    out.push(...name(MODULE), ...name(shorten(reader.name())), ...importType(reader));
  }
  return out;
}

function renameExports(reader, shorten) {
  const out = [];
  let kept = 0;
  for (let left = reader.number(); left; left--) {
    const [long, kind, index] = [reader.name(), reader.take(1), reader.number()];
    if (!CALLED.test(long)) continue;
    out.push(...name(shorten(long)), ...kind, ...number(index));
    kept++;
  }
  return [...number(kept), ...out];
}

/** Throws if the core imports what is no method of the wrapper's host, in the files of `folder`. */
export function checkImports(names, folder) {
  const source = readdirSync(folder).map((file) => readFileSync(resolve(folder, file), 'utf8'));
  const isMethod = (name) => source.some((text) => text.includes(`\n  ${name}(`));
  const missing = Object.keys(names).filter((name) => /^_[a-z]/.test(name) && !isMethod(name));
  if (missing.length) throw Error(`bindings/src/host.rs imports ${missing}, which ${folder} has no method for`);
}

/** The file with short names, and which name became which. */
export function shortenNames(bytes) {
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const names = {};
  const shorten = (long) => {
    const at = Object.keys(names).length;
    names[long] ??= at < 52 ? letters[at] : `${letters[Math.floor(at / 52) - 1]}${letters[at % 52]}`;
    return names[long];
  };
  const renames = { [IMPORTS]: renameImports, [EXPORTS]: renameExports };
  const rewrite = (id, section) => renames[id]?.(new Reader(section), shorten) ?? section;
  return { bytes: rewriteSections(bytes, rewrite), names };
}

/** The file without the names of functions. */
export const withoutNames = (bytes) => rewriteSections(bytes, (_, section) => section);

/** Rewrites all sections but the custom ones, of which the names of functions are one. */
function rewriteSections(bytes, rewrite) {
  const reader = new Reader(bytes, 8);
  const out = [...bytes.subarray(0, 8)];
  while (reader.at < bytes.length) {
    const id = reader.number();
    const section = reader.take(reader.number());
    if (id === CUSTOM) continue;
    const written = rewrite(id, section);
    out.push(id, ...number(written.length));
    for (const byte of written) out.push(byte);
  }
  return Uint8Array.from(out);
}
