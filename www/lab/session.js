/**
 * The socket the page is about: opens it, replaces it when the options change, and passes on every event it fires.
 *
 * It imports the built package as an application would, and uses nothing of it but what is public.
 */

import { WebSocket } from '/pkg/dist/index.mjs';
import { WebSocket as TabsWebSocket } from '/pkg/dist/tabs.mjs';

/** @import { Options } from 'holdfast-ws/tabs' */

/** Every event the classes fire, in the order an application meets them. */
const EVENTS = ['open', 'message', 'error', 'close', 'reconnecting', 'statuschange', 'rolechange', 'gap'];

/**
 * @callback OnEvent
 * @param {Event} event
 * @param {boolean} current false when a socket that was replaced says its last words
 */

export class Session {
  /** @type {WebSocket | undefined} */
  #socket;
  #url;
  #onEvent;

  /**
   * @param {string} url
   * @param {OnEvent} onEvent called for every event of every socket
   */
  constructor(url, onEvent) {
    this.#url = url;
    this.#onEvent = onEvent;
  }

  /** The current socket; undefined until the first one could be made. */
  get socket() {
    return this.#socket;
  }

  /**
   * Opens a new socket, then closes the one before it. With the option `tabs` it shares its connection with other tabs. Throws what the constructor throws, and keeps the old one then.
   *
   * @param {Options} options
   */
  open(options) {
    const previous = this.#socket;
    const { tabs, ...others } = options;
    const socket = tabs ? new TabsWebSocket(this.#url, [], options) : new WebSocket(this.#url, [], others);
    this.#socket = socket;
    for (const type of EVENTS) {
      socket.addEventListener(type, (event) => this.#onEvent(event, socket === this.#socket));
    }
    previous?.close(1000, 'replaced');
  }
}
