/** Puts an event of the socket into one line of words, and into attributes a test or a stylesheet can read. */

import { count, describeData, duration } from './words.js';

/** @import { WebSocket } from 'holdfast-ws' */

/**
 * @typedef {object} Entry
 * @property {string} type what happened: an event's type, or `send`, `server`, `lab` for what the page did itself
 * @property {string} detail
 * @property {Record<string, string>} [data] becomes the row's `data-` attributes
 */

/**
 * @param {Event} event
 * @returns {Entry}
 */
export function describe(event) {
  const socket = /** @type {WebSocket} */ (event.target);
  switch (event.type) {
    case 'open':
      return { type: 'open', detail: socket.protocol ? `protocol ${socket.protocol}` : '' };
    case 'message':
      return { type: 'message', detail: describeData(/** @type {MessageEvent} */ (event).data) };
    case 'close':
      return describeClose(/** @type {CloseEvent & { willReconnect?: boolean, unsent?: unknown[] }} */ (event));
    case 'reconnecting':
      return describeReconnecting(/** @type {Event & { attempt: number, delay: number, cause: string }} */ (event));
    case 'statuschange':
      return { type: 'statuschange', detail: socket.status, data: { status: socket.status } };
    case 'rolechange': {
      const { role } = /** @type {Event & { role: string }} */ (event);
      return { type: 'rolechange', detail: role, data: { role } };
    }
    case 'gap':
      return { type: 'gap', detail: 'messages may be missing' };
    default:
      return { type: event.type, detail: '' };
  }
}

/**
 * @param {CloseEvent & { willReconnect?: boolean, unsent?: unknown[] }} event
 * @returns {Entry}
 */
function describeClose({ code, reason, wasClean, willReconnect, unsent = [] }) {
  const words = [
    `${code}${reason ? ` “${reason}”` : ''}`,
    wasClean ? 'clean' : 'not clean',
    willReconnect ? 'will reconnect' : 'will not reconnect',
    `${count(unsent.length)} unsent`,
  ];
  return {
    type: 'close',
    detail: words.join(' · '),
    data: {
      code: String(code),
      wasClean: String(wasClean),
      willReconnect: String(willReconnect),
      unsent: String(unsent.length),
    },
  };
}

/**
 * @param {{ attempt: number, delay: number, cause: string }} event
 * @returns {Entry}
 */
function describeReconnecting({ attempt, delay, cause }) {
  return {
    type: 'reconnecting',
    detail: `attempt ${attempt} in ${duration(delay)} · cause: ${cause}`,
    data: { attempt: String(attempt), delay: String(Math.round(delay)), cause },
  };
}
