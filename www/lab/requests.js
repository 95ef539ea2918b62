/**
 * Asks, and times the replies. The lab's server echoes, and an echo of a request has its id: it is its reply.
 *
 * Break the connection with some in flight: they are lost, unless they may be resent.
 */

import { byId, input, onSubmit, setText } from './dom.js';
import { count, millis, shorten } from './words.js';

/** @import { WebSocket } from 'holdfast-ws' */
/** @import { Log } from './log.js' */

/**
 * @param {() => WebSocket | undefined} current
 * @param {Log} log
 */
export function wireRequests(current, log) {
  const result = byId('request-result');
  onSubmit(byId('request-form'), async () => {
    const socket = current();
    if (!socket) return;
    const length = input('request-count').valueAsNumber;
    const options = { timeout: input('request-timeout').valueAsNumber, retry: input('request-retry').checked };
    const text = input('request-body').value;
    const amend = log.add({ type: 'request', detail: `${length > 1 ? `${count(length)} × ` : ''}${shorten(text)}` });
    setText(result, 'waiting …');
    const settled = await Promise.all(Array.from({ length }, () => ask(socket, text, options)));
    const words = summary(settled);
    setText(result, words);
    amend(`${shorten(text)}: ${words}`);
  });
}

/**
 * The time until the reply, in milliseconds, or the name of what came instead.
 *
 * @param {WebSocket} socket
 * @param {string} text
 * @param {{ timeout: number, retry: boolean }} options
 * @returns {Promise<number | string>}
 */
async function ask(socket, text, options) {
  const began = performance.now();
  try {
    await socket.request(JSON.parse(text), options);
    return performance.now() - began;
  } catch (why) {
    return why instanceof TypeError || why instanceof SyntaxError ? why.message : /** @type {Error} */ (why).name;
  }
}

/** @param {(number | string)[]} settled */
function summary(settled) {
  const times = settled.filter((one) => typeof one === 'number').sort((a, b) => a - b);
  const words = [`${count(times.length)} of ${count(settled.length)} answered`];
  if (times.length === 1) words.push(`in ${millis(times[0])}`);
  else if (times.length)
    words.push(`half within ${millis(times[times.length >> 1])}`, `all within ${millis(times[times.length - 1])}`);
  /** @type {Map<string, number>} */
  const failed = new Map();
  for (const one of settled) if (typeof one === 'string') failed.set(one, (failed.get(one) ?? 0) + 1);
  for (const [name, times] of failed) words.push(`${count(times)} × ${name}`);
  return words.join(' · ');
}
