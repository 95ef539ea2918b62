/**
 * Decides which server the page talks to.
 *
 * By default the one it came from, on a line of its own. The server injects faults into a line by its name, so two labs must not share
 * one. `?line=` names the line, for tests; `?url=` names another server, which has no fault side.
 */

/**
 * @typedef {object} Address
 * @property {string} url what `new WebSocket()` is given
 * @property {string} line the name the server knows this page's connections by
 * @property {string | undefined} control where the line's faults are asked for; undefined for somebody else's server
 */

/**
 * @param {Location} page
 * @returns {Address}
 */
export function findAddress(page) {
  const query = new URLSearchParams(page.search);
  const line = query.get('line') || randomLine();
  const foreign = query.get('url');
  if (foreign) return { url: foreign, line, control: undefined };
  const name = encodeURIComponent(line);
  return { url: `${page.origin.replace(/^http/, 'ws')}/echo?line=${name}`, line, control: `/lines/${name}` };
}

/** Not `crypto.randomUUID()`: it exists only in secure contexts, and the lab is also opened by address from a phone. */
function randomLine() {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return `lab-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
