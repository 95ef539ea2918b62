/**
 * One run of one case with one class: what a case calls `t`. It records in `t.record`, in order, and tidies up after itself.
 */
import { describer } from './describe.mjs';

/**
 * The listeners to exceptions that nobody caught: to errors that a case made by `t.error()`, and to strings that contain its endpoint. Kept when the
 * case is over: its sockets may throw yet when they are closed.
 */
const owners = new Map();

const ownerOf = (reason) =>
  owners.get(reason) ?? [...owners].find(([key]) => typeof reason === 'string' && reason.includes(key))?.[1];

globalThis.addEventListener('error', (event) => {
  const owner = ownerOf(event.error);
  if (!owner) return;
  event.preventDefault();
  owner.log('window.onerror', event.error, event.message);
});

globalThis.addEventListener('unhandledrejection', (event) => {
  const owner = ownerOf(event.reason);
  if (!owner) return;
  event.preventDefault();
  owner.log('unhandledrejection', event.reason);
});

export class Trial {
  /** The records of the case, a line of text each. */
  record = [];
  #labels = new Map();
  #describe = describer(this.#labels);
  #sockets = [];
  #cleanups = [];

  constructor(WebSocket, endpoint) {
    this.WebSocket = WebSocket;
    /** The endpoint of the fault server that has this run's connections alone. */
    this.endpoint = endpoint;
    this.label(WebSocket, 'WebSocket');
    this.label(WebSocket.prototype, 'WebSocket.prototype');
    this.label(globalThis, 'global');
    this.label(EventTarget, 'EventTarget');
    this.label(EventTarget.prototype, 'EventTarget.prototype');
    owners.set(endpoint, this);
  }

  /** Gives an object a name, by which it is recorded. Returns the object. */
  label(object, name) {
    this.#labels.set(object, name);
    return object;
  }

  describe = (value) => this.#describe(value);

  /** Records. Text that stands first is a heading and is not quoted. */
  log(...values) {
    const texts = values.map((value, index) => (index === 0 && typeof value === 'string' ? value : this.#describe(value)));
    this.record.push(texts.join(' ').replaceAll(this.endpoint, 'ENDPOINT'));
  }

  /** Runs something and records what it returned or threw. Returns what it returned. */
  attempt(heading, action) {
    try {
      const value = action();
      this.log(heading, value);
      return value;
    } catch (error) {
      this.log(`${heading} throws`, error);
    }
  }

  /** An error whose way to `window.onerror` is recorded. */
  error(name) {
    const error = this.label(new Error(name), `error ${name}`);
    owners.set(error, this);
    return error;
  }

  url(path = '/echo', parameters = {}) {
    const query = new URLSearchParams({ endpoint: this.endpoint, ...parameters });
    return `${location.origin.replace('http', 'ws')}${path}?${query}`;
  }

  /** A socket that is closed when the case is over. */
  make(path, protocols, name = 'ws') {
    const url = typeof path === 'string' || path === undefined ? this.url(path) : this.url(...path);
    return this.track(protocols === undefined ? new this.WebSocket(url) : new this.WebSocket(url, protocols), name);
  }

  track(ws, name = 'ws') {
    this.#sockets.push(ws);
    return this.label(ws, name);
  }

  /** A socket that is open. It has no listener left. */
  async open(path, protocols, name) {
    const ws = this.make(path, protocols, name);
    await this.next(ws, 'open');
    return ws;
  }

  /** The next event of a type. */
  next(ws, type) {
    return new Promise((resolve) => ws.addEventListener(type, resolve, { once: true }));
  }

  /** Closes a socket and waits for that. */
  async end(ws, ...closing) {
    if (ws.readyState === 3) return;
    const closed = this.next(ws, 'close');
    ws.close(...closing);
    await closed;
  }

  /** Records every event of a socket with the state it is in. */
  watch(ws, types = ['open', 'message', 'error', 'close']) {
    for (const type of types) ws.addEventListener(type, (event) => this.log(`on ${type} in state ${ws.readyState}`, event));
    return ws;
  }

  /** Gives the fault server an order for this endpoint. */
  async order(action, parameters = {}) {
    const response = await fetch(`/endpoints/${this.endpoint}/${action}?${new URLSearchParams(parameters)}`, {
      method: 'POST',
    });
    if (!response.ok) throw Error(`${action}: ${await response.text()}`);
    return response.json();
  }

  /** Returns what the fault server saw of this endpoint: `received`, and `connections` with their close codes. */
  async seen() {
    const get = async (path) => (await fetch(`/endpoints/${this.endpoint}${path}`)).json();
    const [{ connections }, received] = await Promise.all([get(''), get('/received')]);
    return { connections, received };
  }

  /** Waits for a condition. The runner's deadline ends the wait for one that never comes. */
  async until(condition) {
    while (!(await condition())) await this.pause(5);
  }

  /** Waits until references are gone, or long enough to say that they don't go: what is collected may take several rounds. */
  async gone(...references) {
    const end = performance.now() + 5_000;
    for (let round = 0; round < 20 || performance.now() < end; round++) {
      // Chromium runs with --expose-gc; with an empty stack nothing on it keeps anything.
      await globalThis.gc({ type: 'major', execution: 'async' });
      await this.pause(5);
      if (references.every((reference) => !reference.deref())) return true;
    }
    return false;
  }

  pause(milliseconds = 0) {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  /** Something to do when the case is over. */
  after(action) {
    this.#cleanups.push(action);
  }

  /** Closes what the case has left open. */
  tidy() {
    for (const ws of this.#sockets) {
      try {
        this.WebSocket.prototype.close.call(ws);
      } catch {}
    }
    for (const action of this.#cleanups) action();
  }

  /** Has the server forget the endpoint. */
  forget() {
    fetch(`/endpoints/${this.endpoint}`, { method: 'DELETE' }).catch(() => {});
  }
}
