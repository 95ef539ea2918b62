/**
 * Asks the server to inject faults into this page's endpoint, and shows the server's view of it.
 *
 * Every fault is a form in index.html: its `data-action` and its fields are the request, `POST /endpoints/{endpoint}/{action}?fields`.
 */

import { byId, onSubmit, setText } from './dom.js';
import { count } from './words.js';

/** @import { Log } from './log.js' */

/** Long enough for the server to have counted a connection whose handshake the page just saw. */
const SETTLE_MS = 250;

export class Faults {
  #control;
  #log;
  #view = byId('server-view');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #updating;

  /**
   * @param {string | undefined} control the endpoint's address at the server; undefined when it is not the lab's own server
   * @param {Log} log
   */
  constructor(control, log) {
    this.#control = control;
    this.#log = log;
    const panel = /** @type {HTMLFieldSetElement} */ (byId('faults'));
    panel.disabled = control === undefined;
    byId('foreign').hidden = control !== undefined;
    for (const form of panel.querySelectorAll('form')) onSubmit(form, (submitted) => this.#ask(submitted));
  }

  /** Shows the endpoint as the server sees it, soon; once, however often it is called meanwhile. */
  update() {
    if (!this.#control || this.#updating !== undefined) return;
    this.#updating = setTimeout(async () => {
      this.#updating = undefined;
      setText(this.#view, await this.#seen());
    }, SETTLE_MS);
  }

  async #seen() {
    try {
      const response = await fetch(String(this.#control));
      // The server doesn't know the endpoint yet.
      if (!response.ok) return '–';
      const { accepted = 0, refused = 0, live = 0 } = await response.json();
      return `${count(accepted)} accepted · ${count(refused)} refused · ${count(live)} live`;
    } catch {
      return 'unreachable';
    }
  }

  /** @param {HTMLFormElement} form */
  async #ask(form) {
    const fields = new URLSearchParams();
    for (const field of form.querySelectorAll('input')) {
      const scale = Number(field.dataset.scale ?? 1);
      const value = scale === 1 ? field.value : String(Math.round(field.valueAsNumber * scale));
      if (value !== '') fields.set(field.name, value);
    }
    const query = fields.size ? `?${fields}` : '';
    const asked = `${form.dataset.action}${decodeURIComponent(query.replaceAll('+', ' '))}`;
    // Logged before it is done, so that the cause stands above its effects.
    const amend = this.#log.add({ type: 'server', detail: asked });
    amend(await this.#post(`${form.dataset.action}${query}`, asked));
    this.update();
  }

  /**
   * @param {string} action
   * @param {string} asked
   */
  async #post(action, asked) {
    try {
      const response = await fetch(`${this.#control}/${action}`, { method: 'POST' });
      if (!response.ok) return `${asked}: ${response.status} ${await response.text()}`;
      const { connections = 0 } = await response.json();
      // Orders for connections yet to come touch none now.
      return connections ? `${asked} · ${count(connections)} hit` : asked;
    } catch (why) {
      return `${asked}: ${why}`;
    }
  }
}
