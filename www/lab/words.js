/** How the page writes durations, sizes and texts: one way, everywhere. */

const number = new Intl.NumberFormat('en');

/**
 * @param {number} value
 */
export const count = (value) => number.format(value);

/**
 * A wait or an age: tenths of a second while they matter, then whole seconds, then minutes.
 *
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/**
 * A measured time in milliseconds; a line on one machine answers within a fraction of one.
 *
 * @param {number} ms
 */
export const millis = (ms) => `${ms < 10 ? ms.toFixed(1) : count(Math.round(ms))} ms`;

/**
 * @param {number} bytes
 */
export const size = (bytes) => `${count(bytes)} byte${bytes === 1 ? '' : 's'}`;

/**
 * @param {string} text
 * @param {number} [limit]
 */
export const shorten = (text, limit = 200) =>
  text.length > limit ? `${text.slice(0, limit)}… (${count(text.length)} characters)` : text;

/**
 * Describes a message or a file in a few words.
 *
 * @param {unknown} data
 */
export function describeData(data) {
  if (typeof data === 'string') return shorten(data);
  if (data instanceof Blob) return `${data instanceof File ? `${data.name}, ` : ''}binary, ${size(data.size)}`;
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return `binary, ${size(data.byteLength)}`;
  return String(data);
}
