/** Sends what the page is asked to send: a text, a file, or a burst of numbered messages. */

import { byId, input, onSubmit } from './dom.js';
import { count, describeData } from './words.js';

/** @import { WebSocket } from 'holdfast-ws' */
/** @import { Log } from './log.js' */
/** @import { Burst } from './burst.js' */

/**
 * @param {() => WebSocket | undefined} current
 * @param {Log} log
 * @param {Burst} burst
 */
export function wireSending(current, log, burst) {
  /**
   * @param {string} what
   * @param {(socket: WebSocket) => void} act
   */
  const attempt = (what, act) => {
    const socket = current();
    if (!socket) return;
    try {
      act(socket);
      log.add({ type: 'send', detail: socket.status === 'open' ? what : `${what} (queued)` });
    } catch (why) {
      log.add({ type: 'send', detail: `${what}: ${why}`, data: { failed: 'true' } });
    }
  };

  onSubmit(byId('text-form'), () => {
    const text = input('send-text').value;
    attempt(describeData(text), (socket) => socket.send(text));
  });

  onSubmit(byId('burst-form'), () => {
    const length = input('burst-count').valueAsNumber;
    attempt(`${count(length)} numbered messages`, (socket) => burst.send(socket, length));
  });

  const file = input('file');
  file.addEventListener('change', () => {
    const chosen = file.files?.[0];
    if (chosen) attempt(describeData(chosen), (socket) => socket.send(chosen));
    // So that the same file can be chosen again.
    file.value = '';
  });
}
