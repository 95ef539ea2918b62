// A WebSocket whose peer is the test: it opens, hears and ends when it is told to, and keeps what is sent.
// Members named in `broken` throw, and so does a socket's constructor while `refuses`.
globalThis.fake = {
  sockets: [],
  broken: new Set(),
  refuses: false,
  /** True if what is sent stays in the socket's buffer. */
  stuck: false,
  /** True if `close()` is never answered. */
  deaf: false,
};

{
  const guard = (name) => {
    if (fake.broken.has(name)) throw new Error(`${name} is broken`);
  };

  /** An event whose getters may be broken. */
  const event = (type, fields = {}) => {
    const event = new Event(type);
    for (const [name, value] of Object.entries(fields))
      Object.defineProperty(event, name, {
        get() {
          guard(name);
          return value;
        },
      });
    return event;
  };

  /** A detached buffer has none. */
  const bytes = (data) => {
    try {
      return [...new Uint8Array(data.buffer ?? data, data.byteOffset, data.byteLength)];
    } catch {
      return [];
    }
  };

  class FakeWebSocket {
    #state = 0;
    #handlers = {};
    #url;
    sent = [];
    buffered = 0;

    constructor(url, protocols = []) {
      if (fake.refuses || !/^wss?:[^#]*$/.test(url)) throw new DOMException('refused', 'SyntaxError');
      this.#url = String(url);
      this.protocols = [...protocols];
      fake.sockets.push(this);
    }

    get readyState() {
      guard('readyState');
      return this.#state;
    }

    get bufferedAmount() {
      guard('bufferedAmount');
      return this.buffered;
    }

    get url() {
      guard('url');
      return this.#url;
    }

    get protocol() {
      guard('protocol');
      return 'chosen';
    }

    get extensions() {
      guard('extensions');
      return '';
    }

    set binaryType(_) {
      guard('binaryType');
    }

    send(data) {
      guard('send');
      if (this.#state === 0) throw new DOMException('connecting', 'InvalidStateError');
      const buffer = ArrayBuffer.isView(data) ? data.buffer : data;
      // WebIDL's BufferSource allows neither.
      if (buffer instanceof SharedArrayBuffer || buffer?.resizable) throw new TypeError('no such memory');
      if (this.#state !== 1) return;
      this.sent.push(typeof data === 'string' ? data : JSON.stringify(bytes(data)));
      if (fake.stuck) this.buffered += data.length ?? data.byteLength;
    }

    close(code, reason) {
      guard('close');
      if (this.#state > 1) return;
      const clean = this.#state === 1;
      this.#state = 2;
      if (!fake.deaf) setTimeout(() => this.end(clean ? (code ?? 1005) : 1006, reason));
    }

    open() {
      if (this.#state) return;
      this.#state = 1;
      this.#handlers.open?.(event('open'));
    }

    hear(data) {
      if (this.#state === 1) this.#handlers.message?.(event('message', { data }));
    }

    fail() {
      this.#handlers.error?.(event('error'));
    }

    /** The server has begun to close, for which there is no event yet. */
    closing() {
      if (this.#state === 1) this.#state = 2;
    }

    end(code = 1006, reason = '') {
      if (this.#state === 3) return;
      this.#state = 3;
      this.#handlers.close?.(event('close', { code, reason, wasClean: code !== 1006 }));
    }

    listeners() {
      return Object.values(this.#handlers).filter((handler) => handler).length;
    }

    static {
      for (const type of ['open', 'message', 'error', 'close'])
        Object.defineProperty(this.prototype, `on${type}`, {
          get() {
            return this.#handlers[type] ?? null;
          },
          set(handler) {
            guard(`on${type}`);
            this.#handlers[type] = handler;
          },
        });
    }
  }
  globalThis.WebSocket = FakeWebSocket;
}
