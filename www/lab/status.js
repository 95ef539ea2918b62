/** The status line: what the socket's public properties say, ten times a second, in words and in one colour. */

import { byId, setText } from './dom.js';
import { duration, millis, size } from './words.js';

/** @import { WebSocket } from 'holdfast-ws' */

export class StatusLine {
  #badge = byId('status');
  #since = byId('since');
  #next = byId('next');
  #countdown = byId('countdown');
  #fuse = byId('fuse');
  #attempt = byId('attempt');
  #latency = byId('latency');
  #buffered = byId('buffered');
  #cause = byId('cause');
  #url = byId('url');

  #status = '';
  #changedAt = 0;
  /** The planned attempt the fuse burns down to, and how long it is. */
  #fuseEnd = 0;
  #fuseLength = 1;

  /** @param {WebSocket} socket */
  show(socket) {
    const now = Date.now();
    this.#showStatus(socket.status, now);
    this.#showNext(socket.retryAt ?? undefined, now);
    setText(this.#attempt, String(socket.attempt));
    setText(this.#latency, socket.latency == null ? '–' : millis(socket.latency));
    setText(this.#buffered, size(socket.bufferedAmount));
    setText(this.#url, socket.url);
  }

  /** @param {string} cause of the last `reconnecting` event */
  showCause(cause) {
    setText(this.#cause, cause);
  }

  /**
   * @param {string} status
   * @param {number} now
   */
  #showStatus(status, now) {
    if (status !== this.#status) {
      this.#status = status;
      this.#changedAt = now;
      this.#badge.dataset.status = status;
      document.documentElement.dataset.status = status;
      document.title = `${status} · holdfast-ws lab`;
      // Written once per change: it is a live region, and each write is read aloud.
      setText(this.#badge, status);
    }
    setText(this.#since, `for ${Math.max(0, Math.floor((now - this.#changedAt) / 1000))} s`);
  }

  /**
   * @param {number | undefined} retryAt
   * @param {number} now
   */
  #showNext(retryAt, now) {
    const planned = retryAt !== undefined;
    this.#next.hidden = !planned;
    if (planned && retryAt !== this.#fuseEnd) {
      this.#fuseEnd = retryAt;
      this.#fuseLength = Math.max(1, retryAt - now);
    }
    const left = planned ? Math.max(0, retryAt - now) : 0;
    setText(this.#countdown, planned ? duration(left) : '–');
    this.#fuse.style.transform = `scaleX(${(left / this.#fuseLength).toFixed(4)})`;
  }
}
