/**
 * The tabs that share this page's connection: what each is to the others, and two ways to lose the one that leads.
 *
 * A tab's reports of itself go by a channel of the lab's own, so that the list shows a tab that hangs as silent.
 */

import { button, byId, setText } from './dom.js';
import { duration } from './words.js';

/** @import { Log } from './log.js' */

/**
 * @typedef {object} Peer
 * @property {string} id
 * @property {string} role
 * @property {string} status
 * @property {number} at when it said so
 */

/** How often a tab says what it is, and after what time of silence that is shown, and it is taken off the list. */
const SAY_MS = 500;
const SILENT_MS = 2_000;
const GONE_MS = 60_000;
const HANG_MS = 20_000;

export class Tabs {
  /** @type {string} */
  #id = Math.random().toString(36).slice(2, 6);
  #log;
  #panel = byId('tabs');
  #list = byId('tabs-list');
  #channel;
  #endpoint;
  /** @type {Map<string, Peer>} */
  #peers = new Map();
  #role = '';
  #saidAt = 0;
  #left = false;

  /**
   * @param {string} endpoint tabs of one endpoint are on one list
   * @param {Log} log
   */
  constructor(endpoint, log) {
    this.#log = log;
    this.#endpoint = endpoint;
    this.#channel = new BroadcastChannel(`holdfast-lab:${endpoint}`);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    const page = new URL(location.href);
    page.searchParams.set('endpoint', endpoint);
    page.searchParams.set('tabs', 'on');
    /** @type {HTMLAnchorElement} */ (byId('tabs-another')).href = page.href;
    for (const order of ['close', 'hang']) button(`tabs-${order}`).addEventListener('click', () => this.#order(order));
    addEventListener('pagehide', () => this.#leave());
    addEventListener('pageshow', () => {
      this.#left = false;
    });
  }

  /**
   * Shows the list, if the socket is one that shares its connection.
   *
   * @param {{ readonly status: string, readonly role?: string }} socket
   */
  show({ status, role = '' }) {
    this.#panel.hidden = !role;
    if (!role) return;
    const now = performance.now();
    if (this.#left) return;
    if (role !== this.#role || now - this.#saidAt >= SAY_MS) {
      this.#role = role;
      this.#saidAt = now;
      const peer = { id: this.#id, role, status };
      this.#peers.set(this.#id, { ...peer, at: now });
      this.#channel.postMessage({ peer });
    }
    this.#showList(now);
  }

  /** @param {{ peer?: Peer, gone?: string, order?: string }} data */
  #hear({ peer, gone, order }) {
    if (peer) this.#peers.set(peer.id, { ...peer, at: performance.now() });
    if (gone) this.#peers.delete(gone);
    if (order) this.#obey(order);
  }

  /** Tells the others to take this tab off their lists. */
  #leave() {
    this.#left = true;
    this.#channel.postMessage({ gone: this.#id });
  }

  /** @param {string} order */
  #order(order) {
    this.#log.add({ type: 'lab', detail: `${order} the tab that leads` });
    this.#channel.postMessage({ order });
    // A channel doesn't hear itself. In a later task, so that the log shows it first.
    setTimeout(() => this.#obey(order), 50);
  }

  /** @param {string} order */
  #obey(order) {
    if (this.#role !== 'leader') return;
    if (order === 'close') {
      // Not at `pagehide`: it may be too late for a message.
      this.#leave();
      location.replace('about:blank');
    }
    if (order === 'hang') this.#hang();
  }

  /** Stops this tab's thread as a script that runs for long does: nothing else runs in it. Waiting leaves the machine alone. */
  #hang() {
    const end = performance.now() + HANG_MS;
    const request = new XMLHttpRequest();
    request.open('GET', `/endpoints/${encodeURIComponent(this.#endpoint)}?after=${HANG_MS}`, false);
    try {
      request.send();
    } catch {
      // Without a server, it is a script that runs for long.
    }
    while (performance.now() < end);
  }

  /** @param {number} now */
  #showList(now) {
    for (const { id, at } of this.#peers.values()) if (now - at > GONE_MS) this.#peers.delete(id);
    const peers = [...this.#peers.values()].sort((a, b) => Number(b.id === this.#id) - Number(a.id === this.#id));
    while (this.#list.children.length > peers.length) this.#list.lastElementChild?.remove();
    while (this.#list.children.length < peers.length) this.#list.append(document.createElement('li'));
    for (const [index, { id, role, status, at }] of peers.entries()) {
      const item = /** @type {HTMLElement} */ (this.#list.children[index]);
      const silence = now - at;
      const words = [id === this.#id ? 'this tab' : `tab ${id}`, role, status];
      if (silence > SILENT_MS) words.push(`silent for ${duration(silence)}`);
      // A silent tab may no longer be what it last said.
      item.dataset.role = silence > SILENT_MS ? 'silent' : role;
      setText(item, words.join(' · '));
    }
  }
}
