/**
 * Numbered messages, and what became of each: echoed, echoed twice, out of order, or reported unsent.
 *
 * The promise to watch while faults are injected: nothing twice, nothing out of order, and nothing that was only
 * queued is lost silently. Messages already handed to a connection that died can be missing: no client can know.
 */

import { setText } from './dom.js';
import { count } from './words.js';

/** @import { WebSocket } from 'holdfast-ws' */

const PATTERN = /^burst (\d+): (\d+)$/;

export class Burst {
  #result;
  #serial = 0;
  /** @type {Set<number>} */
  #back = new Set();
  #sent = 0;
  #last = 0;
  #twice = 0;
  #late = 0;
  #unsent = 0;

  /** @param {HTMLElement} result */
  constructor(result) {
    this.#result = result;
  }

  /**
   * Sends `length` messages. Throws what `send()` throws; those before it are counted.
   *
   * @param {WebSocket} socket
   * @param {number} length
   */
  send(socket, length) {
    this.#serial += 1;
    this.#back.clear();
    this.#sent = this.#last = this.#twice = this.#late = this.#unsent = 0;
    try {
      for (let index = 1; index <= length; index += 1) {
        socket.send(`burst ${this.#serial}: ${index}`);
        this.#sent = index;
      }
    } finally {
      this.#show();
    }
  }

  /** @param {unknown} data of a message */
  receive(data) {
    const index = this.#indexOf(data);
    if (index === undefined) return;
    if (this.#back.has(index)) this.#twice += 1;
    else if (index < this.#last) this.#late += 1;
    this.#back.add(index);
    this.#last = Math.max(this.#last, index);
    this.#show();
  }

  /** @param {unknown[]} unsent of a `close` event */
  unsent(unsent) {
    const own = unsent.filter((data) => this.#indexOf(data) !== undefined).length;
    if (own === 0) return;
    this.#unsent += own;
    this.#show();
  }

  /** @param {unknown} data */
  #indexOf(data) {
    const match = typeof data === 'string' ? PATTERN.exec(data) : null;
    return match && Number(match[1]) === this.#serial ? Number(match[2]) : undefined;
  }

  #show() {
    const missing = this.#sent - this.#back.size - this.#unsent;
    const words = [`${count(this.#sent)} sent`, `${count(this.#back.size)} back`];
    if (missing > 0) words.push(`${count(missing)} not back`);
    if (this.#unsent) words.push(`${count(this.#unsent)} reported unsent`);
    words.push(`${this.#twice ? count(this.#twice) : 'none'} twice`);
    words.push(`${this.#late ? count(this.#late) : 'none'} out of order`);
    setText(this.#result, words.join(' · '));
  }
}
