/**
 * wasm-bindgen's glue without what this module never uses. Each cut names what it expects to find, so that the glue of another
 * wasm-bindgen fails the build instead of being cut wrongly. What nothing refers to any more, esbuild leaves out.
 */
const CUTS = [
  // Nobody frees a core by hand: the registry does, when its socket is collected.
  [/ {4}__destroy_into_raw\(\) \{[\s\S]*?\n {4}\}\n/, ''],
  [/ {4}free\(\) \{[\s\S]*?\n {4}\}\n/, ''],
  [/^if \(Symbol\.dispose\).*$/m, ''],
  // Without it the constructor says so (`start.ts`); the import must not fail.
  [/= \(typeof FinalizationRegistry === 'undefined'\)\n.*\n\s*: new/g, '= globalThis.FinalizationRegistry && new'],
  [/: function\(/g, '('],
  // The closures take one argument or none; a rest parameter would be an array for each message.
  [/\.\.\.args/g, 'argument'],
  // What wasm-bindgen throws for a handle that is borrowed twice. Each method only borrows it to read, so it can't be; and text
  // would bring a TextDecoder and views of the memory.
  [/throw new Error\(getStringFromWasm0\(arg0, arg1\)\)/, "throw Error('holdfast-ws')"],
  [/^let cachedTextDecoder[\s\S]*?^let numBytesDecoded = 0;$/m, ''],
  [/^ *cached\w+ArrayMemory0 = null;$/gm, ''],
  // Kept for threads and for debugging.
  [/ {4}wasmInstance = instance;\n/, ''],
  [/ {4}wasmModule = module;\n/, ''],
];

/** `module` is what the wasm file calls its imports' module. */
export function trimGlue(source, module) {
  const MODULE = './holdfast_bg.js';
  for (const part of [MODULE, 'function __wbg_get_imports(', 'function __wbg_finalize_init('])
    if (!source.includes(part)) throw Error(`the glue has no ${part}: this build is for another wasm-bindgen`);
  let text = source.replaceAll(MODULE, module);
  for (const [found, instead] of CUTS) {
    const cut = text.replace(found, instead);
    if (cut === text) throw Error(`the glue has no ${found}: this build is for another wasm-bindgen`);
    text = cut;
  }
  return text;
}
