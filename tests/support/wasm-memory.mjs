/**
 * Runs in a page, before its first socket: from then on the memory of each wasm module is an object that can be found and measured. The
 * package's modules don't export theirs, and a browser tells nothing of a memory that is not exported.
 */
export function exposeWasmMemory() {
  /** https://webassembly.github.io/spec/core/binary/modules.html#export-section */
  const [EXPORTS, MEMORY] = [7, 2];
  const NAME = [...new TextEncoder().encode('memory')];

  /** https://en.wikipedia.org/wiki/LEB128 */
  function readNumber(bytes, at) {
    let value = 0;
    for (let shift = 0; ; shift += 7, at += 1) {
      value |= (bytes[at] & 127) << shift;
      if (bytes[at] < 128) return [value, at + 1];
    }
  }
  function writeNumber(value) {
    const bytes = [];
    for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
    return [...bytes, value];
  }

  function withMemory(bytes) {
    for (let at = 8; at < bytes.length; ) {
      const [length, begin] = readNumber(bytes, at + 1);
      if (bytes[at] !== EXPORTS) {
        at = begin + length;
        continue;
      }
      const [count, first] = readNumber(bytes, begin);
      const content = [...writeNumber(count + 1), NAME.length, ...NAME, MEMORY, 0, ...bytes.subarray(first, begin + length)];
      const section = [EXPORTS, ...writeNumber(content.length), ...content];
      return new Uint8Array([...bytes.subarray(0, at), ...section, ...bytes.subarray(begin + length)]);
    }
    throw Error('the module exports nothing');
  }

  WebAssembly.Module = new Proxy(WebAssembly.Module, {
    construct: (Module, [bytes]) => new Module(withMemory(new Uint8Array(bytes))),
  });
}
