/** The table of `ws.stats()`. */

import { byId, setText } from './dom.js';
import { count, millis, size } from './words.js';

/** @import { WebSocket, Stats } from 'holdfast-ws' */

/** @type {[name: string, value: (stats: Stats) => string][]} */
const ROWS = [
  ['connections', (stats) => count(stats.connections)],
  ['attempts', (stats) => count(stats.attempts)],
  ['sent', (stats) => count(stats.sent)],
  ['received', (stats) => count(stats.received)],
  ['queued', ({ queued }) => `${count(queued.messages)}, ${size(queued.bytes)}`],
  ['unsent', (stats) => count(stats.unsent)],
  ['pings', (stats) => count(stats.pings)],
  ['pongs', (stats) => count(stats.pongs)],
  ['dead lines', (stats) => count(stats.deadLines)],
  ['p50', ({ roundTrip }) => (roundTrip ? millis(roundTrip.p50) : '–')],
  ['p99', ({ roundTrip }) => (roundTrip ? millis(roundTrip.p99) : '–')],
  ['max', ({ roundTrip }) => (roundTrip ? millis(roundTrip.max) : '–')],
];

export class Counts {
  /** @type {HTMLElement[]} */
  #cells = ROWS.map(([name]) => {
    const group = document.createElement('div');
    const term = document.createElement('dt');
    const value = document.createElement('dd');
    term.textContent = name;
    value.dataset.count = name;
    group.append(term, value);
    byId('counts').append(group);
    return value;
  });

  /** @param {WebSocket} socket */
  show(socket) {
    const stats = socket.stats();
    this.#cells.forEach((cell, index) => {
      setText(cell, ROWS[index][1](stats));
    });
  }
}
