/** The module that `build.mjs` makes of the wasm file. */
/** True if the entry is built without the wasm text; a constant that the build puts in. */
declare const SLIM: boolean;

declare module 'holdfast:wasm' {
  /** Returns the module's bytes, decoded from the text in the default entry; the slim entry has none. */
  export function inlined(): BufferSource;
}
