/**
 * The page's part: four sockets with options of their own, each with an application that sends numbered messages, asks numbered
 * requests and does odd things by the schedule. It judges nothing; all it sees goes to the log.
 */
import { randomOf, seedFor } from './random.mjs';
import { Requests } from './requests.mjs';
import { GOODBYE } from './schedule.mjs';

const { log, note, alive, origins, wasmBytes } = globalThis.natives;
const { Holdfast, probe } = globalThis;

const RECONNECT = { minDelay: 20, maxDelay: 150, connectTimeout: 1_000, stableAfter: 200 };

/** The options of each socket. Between them they go most of the ways there are. */
const OPTIONS = {
  plain: () => ({
    reconnect: RECONNECT,
    heartbeat: { interval: 250, timeout: 200, pong: 'pong' },
    request: { timeout: 400 },
  }),
  watched: ({ random }) => ({
    reconnect: { ...RECONNECT, shouldReconnect: () => !random.chance(0.03) },
    idleTimeout: 400,
    stallTimeout: 250,
    queue: { maxMessages: 12 },
    request: { timeout: 300 },
  }),
  admitted: (application) => ({
    reconnect: { ...RECONNECT, maxAttempts: 6 },
    heartbeat: { interval: 200, timeout: 250, pong: (data) => data === 'pong' },
    authenticate: (connection) => application.authenticate(connection),
    request: { timeout: 400, protocol: 'json-rpc' },
  }),
  /** It asks nothing and watches nothing, so its messages take the shortest way. A frozen connection stays frozen until it thaws. */
  bare: () => ({ reconnect: RECONNECT }),
};

const EVENTS = ['open', 'message', 'error', 'close', 'reconnecting', 'statuschange'];
const DETAILS = ['code', 'reason', 'wasClean', 'willReconnect', 'unsent', 'attempt', 'delay', 'cause', 'data'];

/** Keeps the page busy, as a long task does. */
function block(ms) {
  for (const end = performance.now() + ms; performance.now() < end; );
}

class Application {
  #name;
  #url;
  #sent = 0;
  #received = 0;
  #paused = true;
  #requests;
  /** The next listener's action, by the event's type. */
  #inside = new Map();

  constructor(name, url, seed) {
    this.#name = name;
    this.#url = url;
    this.random = randomOf(seedFor(seed, name));
    const provided = name === 'watched';
    const ws = new Holdfast.WebSocket(provided ? () => this.#provide() : url, [], OPTIONS[name](this));
    this.ws = ws;
    this.#requests = new Requests(ws, this.random, (entry) => this.note(entry));
    for (const type of EVENTS) {
      ws.addEventListener(type, (event) => this.#hear(type, event));
      // A second one, so that listeners have their turns apart.
      ws.addEventListener(type, () => this.#react(type));
    }
    this.#work();
  }

  note(entry) {
    note(this.#name, entry);
  }

  async #provide() {
    const { random } = this;
    this.note({ what: 'asked' });
    if (random.chance(0.3)) await probe.sleep(random.between(0, 60));
    if (random.chance(0.08)) throw Error('chaos: no URL');
    return this.#url;
  }

  async authenticate(connection) {
    connection.send('hello');
    await this.#requests.admission(connection);
    if (this.random.chance(0.03)) throw Error('chaos: not admitted');
  }

  #hear(type, event) {
    const { ws } = this;
    const { readyState, status } = ws;
    if (type === 'message') this.#received += 1;
    const entry = { what: type, readyState, status, ...origins.get(event) };
    for (const name of DETAILS) if (event[name] !== undefined) entry[name] = event[name];
    if (type === 'statuschange') entry.told = event.status;
    if (event.target !== ws || event.currentTarget !== ws || event.type !== type) entry.wrong = 'target';
    this.note(entry);
    if (type === 'close' && !event.willReconnect) this.#revive();
  }

  async #revive() {
    await probe.sleep(this.random.between(0, 120));
    if (this.ws.readyState === 3 && !this.over) this.act('reconnect');
  }

  #react(type) {
    const entry = this.#inside.get(type);
    this.#inside.delete(type);
    if (entry) this.act(entry.act, entry);
    if (type !== 'message' && this.random.chance(0.3)) this.send();
    if (type === 'message' && this.random.chance(0.02)) this.send();
  }

  /** An entry of the schedule. */
  take(entry) {
    if (entry.inside) this.#inside.set(entry.inside, entry);
    else this.act(entry.act, entry);
  }

  act(what, { ms } = {}) {
    const { ws } = this;
    const note = (act) => this.note({ what: 'act', act, readyState: ws.readyState, status: ws.status });
    const reconnect = () => {
      note('reconnect');
      ws.reconnect();
    };
    const close = () => {
      note('close');
      ws.close(GOODBYE);
    };
    if (what === 'reconnect') reconnect();
    else if (what === 'reconnect twice') reconnect(reconnect());
    else if (what === 'close') close();
    else if (what === 'close and reconnect') reconnect(close());
    else if (what === 'send') this.send();
    else if (what === 'request') this.#ask();
    else if (what === 'block') block(ms);
    else if (what === 'throw') throw Error('chaos: a listener threw');
    else throw Error(`no such act: ${what}`);
  }

  #ask() {
    if (this.#name !== 'bare') this.#requests.ask();
  }

  /** True if the server is there. */
  async #answered(ms) {
    if (this.#name !== 'bare') return this.#requests.answered();
    const received = this.#received;
    await probe.until(
      () => this.#received > received,
      ms,
      () => `${this.#name} to hear something`,
    );
    return this.ws.readyState === 1;
  }

  send() {
    const { ws } = this;
    this.#sent += 1;
    const entry = { what: 'send', number: this.#sent, readyState: ws.readyState, status: ws.status };
    this.note(entry);
    try {
      ws.send(`m ${this.#sent}`);
    } catch (error) {
      this.note({ what: 'refused', number: entry.number, error: error.name });
    }
  }

  /** Sends and asks at irregular times. */
  async #work() {
    const { random } = this;
    while (!this.over) {
      await probe.sleep(random.between(2, 40));
      if (this.#paused) continue;
      for (
        let count = random.weighed([
          [8, 1],
          [2, 4],
          [1, 12],
        ]);
        count > 0;
        count--
      )
        this.send();
      if (random.chance(0.35)) this.#ask();
    }
  }

  set paused(paused) {
    this.#paused = paused;
    if (paused) this.#inside.clear();
  }

  /** Waits until it is open, idle and answered. */
  async comesBack(ms) {
    const { ws } = this;
    const story = () => `${this.#name} to come back; it is ${ws.status}, attempt ${ws.attempt}`;
    const end = performance.now() + ms;
    await probe.until(
      () => this.#requests.pending === 0,
      ms,
      () => `requests of ${this.#name} to settle`,
    );
    for (;;) {
      await probe.until(() => ws.readyState === 1, end - performance.now(), story);
      if (await this.#answered(ms)) break;
      if (performance.now() > end) throw Error(`waited in vain for ${story()}, unanswered`);
    }
    this.note({ what: 'calm', readyState: ws.readyState, status: ws.status, pending: ws.stats().requests.pending });
  }

  async ends(ms) {
    const { ws } = this;
    this.over = true;
    this.act('close');
    await probe.until(
      () => ws.readyState === 3,
      ms,
      () => `${this.#name} to close`,
    );
    // The end is told in a task of its own.
    await probe.sleep(50);
    const { requests, queued } = ws.stats();
    this.note({ what: 'over', pending: requests.pending, queued: queued.messages, buffered: ws.bufferedAmount });
  }
}

let applications = {};

globalThis.chaos = {
  start(urls, seed) {
    applications = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, new Application(name, url, seed)]));
  },
  /** Runs a round's entries that are the page's. */
  async round(entries) {
    const begun = performance.now();
    for (const application of Object.values(applications)) application.paused = false;
    for (const entry of entries) {
      const left = begun + entry.at - performance.now();
      if (left > 0) await probe.sleep(left);
      try {
        if (entry.socket) applications[entry.socket].take(entry);
        else if (entry.page === 'block') block(entry.ms);
        else
          (entry.type === 'visibilitychange' || entry.type === 'resume' ? document : window).dispatchEvent(
            new Event(entry.type),
          );
      } catch (error) {
        if (!error.message.startsWith('chaos')) throw error;
      }
    }
    for (const application of Object.values(applications)) application.paused = true;
  },
  async calm(ms) {
    dispatchEvent(new Event('online'));
    await Promise.all(Object.values(applications).map((application) => application.comesBack(ms)));
  },
  async end(ms) {
    await Promise.all(Object.values(applications).map((application) => application.ends(ms)));
    await probe.until(
      () => alive.size === 0,
      ms,
      () => `${alive.size} native sockets to end`,
    );
    return { timers: probe.timers() };
  },
  /** The log since the last time, taken out of the page's memory, as are the exceptions that the probe keeps. */
  take() {
    probe.errors.length = 0;
    return log.splice(0);
  },
  wasmBytes,
};
