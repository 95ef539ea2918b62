/** The module that `build.mjs` makes of the wasm file. */
/** True if the entry is built without the wasm text; a constant that the build puts in. */
declare const SLIM: boolean;

declare module 'holdfast:wasm' {
  /** The module's bytes, out of the text that stands in the default entry; absent from the slim one. */
  export function inlined(): BufferSource;
}
