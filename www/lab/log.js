/**
 * The list of what happened, newest last, bounded to 500 rows.
 *
 * It follows the newest row while the reader is at the end of it, and stays where it is when the reader has scrolled back.
 * Not a live region: a burst would drown a screen reader, so the status alone is announced.
 */

import { button, byId, setText } from './dom.js';
import { count } from './words.js';

/** @import { Entry } from './describe.js' */

const MOST_ROWS = 500;
/** Pixels from the end within which the reader counts as being at the end. */
const NEAR_END = 24;

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

export class Log {
  #list = byId('log');
  #total = byId('log-count');
  #seen = 0;
  /** A scroll is due: asked for once per frame, because reading a scroll position lays the page out. */
  #due = false;

  constructor() {
    button('clear').addEventListener('click', () => {
      this.#list.replaceChildren();
      this.#seen = 0;
      setText(this.#total, '');
    });
  }

  /**
   * @param {Entry} entry
   * @returns {(detail: string) => void} rewrites the row's detail, for what turns out later
   */
  add({ type, detail, data = {} }) {
    this.#followEnd();
    const row = document.createElement('li');
    Object.assign(row.dataset, data, { type });
    const words = cell('span', detail);
    row.append(cell('time', clock.format(Date.now())), cell('b', type), words);
    this.#list.append(row);
    this.#seen += 1;
    if (this.#list.childElementCount > MOST_ROWS) this.#list.firstElementChild?.remove();
    return (later) => setText(words, later);
  }

  #followEnd() {
    if (this.#due) return;
    this.#due = true;
    const list = this.#list;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
    requestAnimationFrame(() => {
      this.#due = false;
      if (atEnd) list.scrollTop = list.scrollHeight;
      setText(this.#total, this.#seen > MOST_ROWS ? `the last ${MOST_ROWS} of ${count(this.#seen)}` : '');
    });
  }
}

/**
 * @param {'time' | 'b' | 'span'} tag
 * @param {string} text
 */
function cell(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
