/**
 * Notices the heartbeat's answers, for the plot.
 *
 * Answers are kept out of `message` and have no event of their own, so the page reads the public counters: one more pong
 * means `latency` is fresh. A ping without an answer shows as a `reconnecting` whose cause is the heartbeat.
 */

/** @import { WebSocket } from 'holdfast-ws' */

export class Heartbeat {
  #pongs = 0;
  #sample;

  /** @param {(sample: number | null) => void} sample */
  constructor(sample) {
    this.#sample = sample;
  }

  /** @param {WebSocket} socket */
  update(socket) {
    const { pongs } = socket.stats();
    // Fewer than before: a new socket has begun to count.
    if (pongs > this.#pongs && socket.latency != null) this.#sample(socket.latency);
    this.#pongs = pongs;
  }

  /** @param {string} cause of a `reconnecting` event */
  lost(cause) {
    if (cause === 'heartbeat') this.#sample(null);
  }
}
