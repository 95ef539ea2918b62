// A server that plays the roles of the project's own, and a WebSocket class that reaches no other: no network, and no wait
// but the event loop's turns.
globalThis.fakeServer ??= (() => {
  const lines = new Map();
  const lineOf = (name) => {
    if (!lines.has(name)) lines.set(name, { live: new Set(), received: [], refuses: false });
    return lines.get(name);
  };
  const turn = () => new Promise((done) => setTimeout(done));

  const rpcError = (code, message, data) => ({ error: { code, message, data } });
  const methods = {
    add: ([a, b]) => ({ result: a + b }),
    echo: ([value]) => ({ result: value }),
    fail: ([data]) => rpcError(-32000, 'failed on request', data),
  };

  /** Answers one request, in either dialect. */
  const answer = (socket, text) => {
    const { id, jsonrpc, method, params } = JSON.parse(text);
    if (id === undefined) return;
    const say = (reply) => socket.say(JSON.stringify({ ...reply, id, jsonrpc }));
    if (method === 'never') return;
    if (method === 'wait') return void setTimeout(() => say({ result: params[1] }), params[0]);
    if (method === 'twice') say({ result: params[0] });
    if (method === 'shuffle') {
      socket.held.unshift(() => say({ result: params[0] }));
      if (socket.held.length >= params[1]) for (const reply of socket.held.splice(0)) reply();
      return;
    }
    if (method === 'twice') return void say({ result: params[0] });
    say(methods[method]?.(params) ?? rpcError(-32601, 'no such method'));
  };

  const roles = {
    '/echo': (socket, message) => socket.say(message),
    '/greet': (socket, message) => socket.say(message),
    '/pong': (socket, message) => message === 'ping' && socket.say('pong'),
    '/rpc': answer,
  };

  class ServedWebSocket {
    readyState = 0;
    bufferedAmount = 0;
    protocol = '';
    extensions = '';
    binaryType = 'blob';
    frozen = false;
    held = [];
    #arrived = Promise.resolve();

    constructor(url, protocols = []) {
      const parsed = URL.canParse(url) && new URL(url);
      const wrong = !parsed || !/^(wss?|https?):$/.test(parsed.protocol) || url.includes('#');
      if (wrong || new Set(protocols).size !== protocols.length) throw new DOMException('refused', 'SyntaxError');
      this.url = parsed.href;
      this.path = parsed.pathname;
      this.line = lineOf(parsed.searchParams.get('endpoint'));
      turn().then(() => this.#connect());
    }

    #connect() {
      if (this.readyState) return;
      if (this.line.refuses) return this.end(1006, '', false);
      this.line.live.add(this);
      this.readyState = 1;
      this.onopen?.(new Event('open'));
      if (this.path === '/greet') this.say('hello');
      if (this.path === '/close') this.leave(1005);
    }

    send(data) {
      if (!this.readyState) throw new DOMException('connecting', 'InvalidStateError');
      if (this.readyState > 1) return;
      // As it is now.
      const copy = () => new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength).slice().buffer;
      const message = typeof data === 'string' ? data : data instanceof Blob ? data.arrayBuffer() : copy();
      this.#arrived = this.#arrived.then(async () => {
        const arrived = await message;
        await turn();
        if (this.frozen || this.readyState === 3) return;
        this.line.received.push(typeof arrived === 'string' ? arrived : [...new Uint8Array(arrived)]);
        roles[this.path]?.(this, arrived);
      });
    }

    /** The messages that the server sends. */
    say(message) {
      if (this.readyState !== 1 || this.frozen) return;
      const data = typeof message !== 'string' && this.binaryType === 'blob' ? new Blob([message]) : message;
      this.onmessage?.(new MessageEvent('message', { data }));
    }

    close(code, reason) {
      if (this.readyState > 1) return;
      const opened = this.readyState;
      this.readyState = 2;
      // The closing handshake comes after what was sent.
      const closed = this.#arrived.then(turn);
      closed.then(() => this.frozen || this.end(opened ? (code ?? 1005) : 1006, reason ?? '', !!opened));
    }

    /** The server closes. */
    async leave(code, reason = '') {
      await turn();
      if (this.readyState === 1) this.readyState = 2;
      await turn();
      this.end(code, reason, true);
    }

    end(code, reason, wasClean) {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.line.live.delete(this);
      if (!wasClean) this.onerror?.(new Event('error'));
      this.onclose?.(Object.assign(new Event('close'), { code, reason, wasClean }));
    }
  }

  return {
    install() {
      globalThis.WebSocket = ServedWebSocket;
    },

    async injectFault(name, order) {
      const [action, query] = order.split('?');
      const given = new URLSearchParams(query);
      const line = lineOf(name);
      await turn();
      line.refuses = action === 'refuse' || (action !== 'accept' && line.refuses);
      for (const socket of [...line.live]) {
        if (action === 'drop') socket.end(1006, '', false);
        if (action === 'freeze') socket.frozen = true;
        if (action === 'close') socket.leave(Number(given.get('code')), given.get('reason') ?? undefined);
        if (action === 'send') socket.say(given.get('text'));
      }
    },

    received: (name) => JSON.stringify(lineOf(name).received),
    connections: (name) => lineOf(name).live.size,
  };
})();
