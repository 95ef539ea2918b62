/**
 * Runs in the page before the package is imported, and stands between it and the browser: every native socket has a number,
 * which is also the subprotocol it offers, so that the server knows it by the same; what is done to it and what it says is logged.
 */
(() => {
  const log = [];
  const alive = new Set();
  /** The origin of an event: the number of its dial, and of its message. */
  const origins = new WeakMap();
  const memories = [];
  let last = 0;

  const note = (socket, entry) => log.push({ socket, at: Math.round(performance.now() * 10) / 10, ...entry });

  const Browsers = globalThis.WebSocket;
  globalThis.WebSocket = class WebSocket extends Browsers {
    #socket;
    #dial;
    #arrived = 0;

    constructor(url) {
      const socket = new URL(url).searchParams.get('endpoint');
      last += 1;
      const dial = last;
      super(url, [`d${dial}`]);
      this.#socket = socket;
      this.#dial = dial;
      const beside = [...alive].filter((other) => other.#socket === socket && other.readyState < 2).map((other) => other.#dial);
      note(socket, { what: 'dial', dial, beside });
      alive.add(this);
      // The first listener of all, so it knows an event before the package does.
      this.addEventListener('open', (event) => this.#came(event, { what: 'opened' }));
      this.addEventListener('message', (event) => {
        this.#arrived += 1;
        const [kind] = `${event.data}`.split(' ', 1);
        this.#came(event, {
          what: 'arrived',
          nth: this.#arrived,
          kind: kind === 'push' || kind === 'flood' ? kind : 'other',
        });
      });
      this.addEventListener('error', (event) => this.#came(event, { what: 'failed' }));
      this.addEventListener('close', (event) => {
        alive.delete(this);
        this.#came(event, { what: 'ended', code: event.code });
      });
    }

    #came(event, entry) {
      origins.set(event, { dial: this.#dial, nth: entry.nth });
      note(this.#socket, { dial: this.#dial, ...entry });
    }

    send(data) {
      note(this.#socket, { what: 'handed', dial: this.#dial, data, state: this.readyState });
      super.send(data);
    }

    close(...how) {
      note(this.#socket, { what: 'let go', dial: this.#dial });
      super.close(...how);
    }
  };

  const { Instance, Memory } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    constructor(...given) {
      super(...given);
      memories.push(...Object.values(this.exports).filter((exported) => exported instanceof Memory));
    }
  };

  globalThis.natives = {
    log,
    note,
    alive,
    origins,
    wasmBytes: () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
  };
})();
