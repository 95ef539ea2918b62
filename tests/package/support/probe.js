/**
 * Runs in every page and worker before anything else: records what sockets tell, keeps count of timers, waits with deadlines.
 * Its own waiting uses the timers it found, so `probe.timers()` counts the package's alone.
 */
(() => {
  const { setTimeout: later, clearTimeout: cancel, WebSocket: Native } = globalThis;
  const pending = new Set();
  globalThis.setTimeout = (handler, ms, ...more) => {
    const id = later(() => {
      pending.delete(id);
      handler(...more);
    }, ms);
    pending.add(id);
    return id;
  };
  globalThis.clearTimeout = (id) => {
    pending.delete(id);
    cancel(id);
  };

  /** A limit against hangs: a busy machine may need seconds for anything. */
  const PATIENCE_MS = 20_000;

  const TYPES = ['open', 'message', 'error', 'close', 'reconnecting', 'statuschange'];
  const DETAILS = ['data', 'code', 'reason', 'wasClean', 'willReconnect', 'unsent', 'attempt', 'delay', 'cause', 'status'];

  /** Of each record its events, without the socket, so that nothing is kept alive. */
  const histories = [];
  const orders = [];

  /** Everything a socket tells, in order, each with when it was told and what the socket said of itself then. */
  class Record {
    constructor(ws) {
      this.ws = ws;
      this.events = [];
      histories.push(this.events);
      for (const type of TYPES) ws.addEventListener(type, (event) => this.#add(event));
    }

    #add(event) {
      const entry = { type: event.type, at: performance.now(), readyState: this.ws.readyState };
      for (const name of DETAILS) if (name in event) entry[name] = event[name];
      this.events.push(entry);
    }

    all(type) {
      return this.events.filter((entry) => entry.type === type);
    }

    last(type) {
      return this.all(type).at(-1);
    }

    /** The messages' data. */
    get received() {
      return this.all('message').map(({ data }) => data);
    }

    /** Waits until so many events of a type have come; returns the last of them. */
    async until(type, count = 1, ms = PATIENCE_MS) {
      await probe.until(
        () => this.all(type).length >= count,
        ms,
        () => `${count} × ${type}; came ${this.story}`,
      );
      return this.all(type)[count - 1];
    }

    /** Waits for the end: a `close` that no attempt follows. */
    async end(ms = PATIENCE_MS) {
      await probe.until(() => this.ends.length > 0, ms, 'the end');
      return this.ends[0];
    }

    get ends() {
      return this.all('close').filter(({ willReconnect }) => !willReconnect);
    }

    /** For messages of failed tests. */
    get story() {
      return this.events.map(({ type, code, cause, status }) => [type, code ?? cause ?? status].join(' ')).join(', ');
    }
  }

  /** Details in one line, long ones cut. */
  const tell = (details) =>
    Object.entries(details)
      .map(([key, value]) => `${key} ${String(value).slice(0, 60)}`)
      .join(', ');

  const errors = [];
  addEventListener('error', ({ error, message }) => errors.push(error ?? message));

  globalThis.probe = {
    /** The errors that went to `window.onerror`. */
    errors,
    watch: (ws) => new Record(ws),
    sleep: (ms) => new Promise((done) => later(done, ms)),
    /** Stops the page's thread, as a script that runs for long does. An answer that is long in coming leaves the machine alone. */
    hold(ms) {
      const request = new XMLHttpRequest();
      request.open('GET', `/endpoints/hold?after=${ms}`, false);
      request.send();
    },
    /** How many of the package's timers run. */
    timers: () => pending.size,
    async until(test, ms = PATIENCE_MS, what = () => String(test)) {
      // As in patience.mjs: between two checks at most five seconds count, so that a stall of the machine doesn't use up the limit.
      let left = ms;
      // What takes long is looked for less often.
      let pause = 5;
      for (let checked = performance.now(); ; await probe.sleep(pause)) {
        pause = Math.min(pause * 1.1, 25);
        const value = test();
        if (value) return value;
        const now = performance.now();
        left -= Math.min(now - checked, 5_000);
        checked = now;
        if (left <= 0) throw Error(`waited ${ms} ms in vain for ${typeof what === 'function' ? what() : what}`);
      }
    },
    /** Orders a fault of an endpoint: `probe.order('endpoint 1', 'drop')`. */
    async order(endpoint, action) {
      orders.push({ name: endpoint, type: action, at: performance.now() });
      const answer = await fetch(`/endpoints/${encodeURIComponent(endpoint)}/${action}`, { method: 'POST' });
      if (!answer.ok) throw Error(await answer.text());
    },
    /**
     * Returns how long a native connection takes after a wait of so many milliseconds, here and now. Of what our class does,
     * only what takes longer than this is its own doing; the rest is the machine's.
     */
    async waitAndConnect(ms, url) {
      const begun = performance.now();
      await probe.sleep(ms);
      const ws = new Native(url);
      await new Promise((done) => ws.addEventListener('open', done));
      const took = performance.now() - begun;
      ws.close();
      return took;
    },
    /** The last events of all watched sockets, a text each: for messages of failed tests. */
    story(count = 20) {
      const told = histories.flatMap((events, index) =>
        events.slice(-count).map((entry) => ({ name: `socket ${index + 1}`, ...entry })),
      );
      return [...told, ...orders.slice(-count)]
        .sort((one, other) => one.at - other.at)
        .slice(-count)
        .map(({ name, type, at, ...details }) => `${Math.round(at)} ms ${name}: ${type} ${tell(details)}`);
    },
    /** Returns what a call throws, in a form that can be compared: a DOMException's name and code, a TypeError's kind. */
    thrown(call) {
      try {
        call();
        return 'nothing';
      } catch (error) {
        return `${error.constructor.name} ${error.name} ${error.code}`;
      }
    },
  };
})();
