/**
 * Reads the options form.
 *
 * It judges nothing: an empty field is left out, so that the default holds, and an impossible value goes to the constructor,
 * whose TypeError is what the page then shows.
 */

import { byId, input, onSubmit } from './dom.js';

/** @import { Options } from 'holdfast-ws/tabs' */

/** @returns {Options} with `tabs` only if tabs share the connection */
export function readOptions() {
  return {
    ...numbers('idleTimeout', 'stallTimeout'),
    reconnect: input('reconnect-on').checked ? numbers('minDelay', 'maxDelay', 'connectTimeout', 'stableAfter') : false,
    heartbeat: input('heartbeat-on').checked ? { ...numbers('interval', 'timeout'), ...texts('ping', 'pong') } : false,
    ...(input('tabs-on').checked ? { tabs: { key: 'lab', ...numbers('takeOverAfter') } } : {}),
  };
}

/** @param {(options: Options) => void} open throws what `new WebSocket()` throws */
export function onApply(open) {
  const complaint = byId('options-error');
  onSubmit(byId('options'), () => {
    complaint.hidden = true;
    try {
      open(readOptions());
    } catch (why) {
      complaint.textContent = String(why);
      complaint.hidden = false;
    }
  });
}

/**
 * @param {string[]} names
 * @returns {Record<string, number>}
 */
function numbers(...names) {
  return Object.fromEntries(Object.entries(texts(...names)).map(([name, value]) => [name, Number(value)]));
}

/**
 * @param {string[]} names
 * @returns {Record<string, string>}
 */
function texts(...names) {
  const form = new FormData(/** @type {HTMLFormElement} */ (byId('options')));
  return Object.fromEntries(names.map((name) => [name, String(form.get(name) ?? '')]).filter(([, value]) => value !== ''));
}
