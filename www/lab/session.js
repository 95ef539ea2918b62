/**
 * The socket the page is about: opens it, replaces it when the options change, and passes on every event it fires.
 *
 * It imports the built package as an application would, and uses nothing of it but what is public.
 */

import { WebSocket } from '/pkg/dist/index.mjs';

/** @import { Options } from 'holdfast-ws' */

/** Every event the class fires, in the order an application meets them. */
const EVENTS = /** @type {const} */ (['open', 'message', 'error', 'close', 'reconnecting', 'statuschange']);

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
   * Opens a new socket, then closes the one before it. Throws what the constructor throws, and keeps the old one then.
   *
   * @param {Options} options
   */
  open(options) {
    const previous = this.#socket;
    const socket = new WebSocket(this.#url, [], options);
    this.#socket = socket;
    for (const type of EVENTS) {
      socket.addEventListener(type, (event) => this.#onEvent(event, socket === this.#socket));
    }
    previous?.close(1000, 'replaced');
  }
}
