/**
 * The part of the project that each function of the wasm belongs to, by its name. The compiler puts a function that is called once
 * into its caller, so what the driver or the bindings ask of the engine is counted as theirs, in part.
 * https://webassembly.github.io/spec/core/appendix/custom.html#name-section
 */
import { Reader } from '../../../pkg-template/build/wasm-names.mjs';

const [CUSTOM, IMPORTS, CODE] = [0, 2, 10];
const FUNCTIONS = 1;

/** In this order: what is of one kind is of no other. */
const PARTS = {
  'the engine': /holdfast_ws::engine/,
  'the driver': /holdfast_ws::driver/,
  'the bindings': /^core_|holdfast_ws_bindings/,
  'what wasm-bindgen brings': /wasm_bindgen|__wb|__externref/,
  "Rust's library, and the allocator": /./,
};

const isFunction = (kind) => kind === 0;

/** The names of functions by their numbers; imports come first. */
function namesIn(section) {
  const reader = new Reader(section);
  if (reader.name() !== 'name') return;
  while (reader.at < section.length) {
    const [kind, part] = [reader.number(), new Reader(reader.take(reader.number()))];
    if (kind === FUNCTIONS) return new Map(Array.from({ length: part.number() }, () => [part.number(), part.name()]));
  }
}

function importsIn(section) {
  const reader = new Reader(section);
  const kinds = Array.from({ length: reader.number() }, () => {
    reader.name();
    reader.name();
    const kind = reader.number();
    reader.number();
    return kind;
  });
  if (!kinds.every(isFunction)) throw Error('the wasm imports more than functions');
  return kinds.length;
}

function bodiesIn(section) {
  const reader = new Reader(section);
  return Array.from({ length: reader.number() }, () => reader.take(reader.number()));
}

/** Parts, each with all of its code: `[['the engine', bytes], …]`. Functions without a name are wasm-bindgen's. */
export function codeByPart(bytes) {
  let [imports, names, bodies] = [0, undefined, []];
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const id = reader.number();
    const section = reader.take(reader.number());
    if (id === IMPORTS) imports = importsIn(section);
    else if (id === CODE) bodies = bodiesIn(section);
    else if (id === CUSTOM) names ??= namesIn(section);
  }
  if (!names) throw Error('the wasm has no names: it is to be that of pkg-template/generated');
  const parts = Object.fromEntries(Object.keys(PARTS).map((part) => [part, []]));
  bodies.forEach((body, at) => {
    const name = names.get(imports + at) ?? '__wb';
    const [part] = Object.entries(PARTS).find(([, pattern]) => pattern.test(name));
    parts[part].push(body);
  });
  return Object.entries(parts).map(([part, code]) => [part, Buffer.concat(code)]);
}
