/**
 * Decides which server the page talks to.
 *
 * By default the one it came from, on an endpoint of its own. The server injects faults into all connections of an endpoint, so two labs
 * must not share one, except as tabs with one connection. `?endpoint=` names the endpoint; `?url=` names another server, which has no
 * fault side.
 */

/**
 * @typedef {object} Address
 * @property {string} url what `new WebSocket()` is given
 * @property {string} endpoint the name the server knows this page's connections by
 * @property {string | undefined} control where the endpoint's faults are requested; undefined for somebody else's server
 */

/**
 * @param {Location} page
 * @returns {Address}
 */
export function findAddress(page) {
  const query = new URLSearchParams(page.search);
  const endpoint = query.get('endpoint') || randomEndpoint();
  const foreign = query.get('url');
  if (foreign) return { url: foreign, endpoint, control: undefined };
  const name = encodeURIComponent(endpoint);
  return { url: `${page.origin.replace(/^http/, 'ws')}/echo?endpoint=${name}`, endpoint, control: `/endpoints/${name}` };
}

/** Not `crypto.randomUUID()`: it exists only in secure contexts, and the lab is also opened by address from a phone. */
function randomEndpoint() {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return `lab-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
