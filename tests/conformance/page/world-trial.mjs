/** A trial in a world of `holdfast-ws/testing`: its servers do what the fault server does, and time is the world's. */
import { world } from '/pkg/dist/testing.mjs';
import { Trial } from './trial.mjs';

const ROLES = {
  '/echo': {},
  '/push': {
    open: (connection, params, server) => {
      let number = 0;
      const every = Number(params.get('every') ?? 1_000);
      const stop = server.every(every, () => connection.send(`${++number}`));
      connection.on('close', stop);
    },
  },
  '/greet': { open: (connection) => connection.send('hello') },
  '/sink': { answer: () => {} },
  '/sizes': {
    answer: (connection, data) => {
      const isText = typeof data === 'string';
      const bytes = isText ? new TextEncoder().encode(data).length : data.length;
      connection.send(JSON.stringify({ bytes, type: isText ? 'text' : 'binary' }));
    },
  },
  '/types': {
    open: (connection) => {
      for (const data of ['text', Uint8Array.of(1, 2, 3), '', new Uint8Array()]) connection.send(data);
    },
  },
  '/close': {
    open: (connection, params) => {
      const code = params.get('code');
      connection.close(code === null ? undefined : Number(code), params.get('reason') ?? '');
    },
    answer: () => {},
  },
};

/** Real time gives way to other trials between two of these, in virtual milliseconds. */
const SLICE = 20;

export class WorldTrial extends Trial {
  #world;
  #over = false;
  #seen = [];
  #received = [];
  #answer = () => undefined;

  constructor(endpoint, browser) {
    const w = world({ browser });
    super(w.NativeWebSocket, endpoint);
    this.#world = w;
    for (const [path, role] of Object.entries(ROLES)) this.#serve(path, role);
    this.#drive();
  }

  #serve(path, { open, answer }) {
    const accept = (connection) => {
      const params = new URL(connection.url).searchParams;
      const entry = { connection, protocol: connection.protocol, closeCode: null };
      this.#seen.push(entry);
      connection
        .on('message', (data) => {
          this.#received.push(
            typeof data === 'string' ? { connection: 1, text: data } : { binary: data.length, connection: 1 },
          );
          (answer ?? (() => connection.send(data)))(connection, data);
        })
        .on('close', ({ code, wasClean }) => {
          if (wasClean) entry.closeCode = code;
        });
      open?.(connection, params, server);
    };
    const handshake = async ({ url }) => {
      const answered = await this.#answer();
      const protocol = new URL(url).searchParams.get('protocol');
      return answered ?? protocol ?? undefined;
    };
    const server = this.#world.server(`${location.origin.replace('http', 'ws')}${path}`, accept, { handshake });
  }

  async #drive() {
    while (!this.#over) await this.#world.advance(SLICE).catch(() => {});
  }

  pause(milliseconds = 0) {
    return new Promise((resolve) => this.#world.globals.setTimeout(resolve, milliseconds));
  }

  async order(action, { code, reason, text, ms, status } = {}) {
    const all = this.#world.servers.flatMap(({ connections }) => connections);
    const [server] = this.#world.servers;
    const orders = {
      close: (connection) => connection.close(code, reason),
      drop: (connection) => {
        // One that is frozen isn't for long.
        connection.restore();
        connection.terminate();
      },
      freeze: (connection) => connection.silence(),
      thaw: (connection) => connection.restore(),
      send: (connection) => connection.send(text),
    };
    if (action in orders) all.map(orders[action]);
    else if (action === 'handshake') this.#answer = () => new Promise((resolve) => server.after(ms, resolve));
    else if (action === 'refuse' && status) this.#answer = () => status;
    else if (action === 'refuse') this.#answer = () => new Promise(() => this.#world.network.cut());
    else throw Error(`a world has no order ${action}`);
  }

  async seen() {
    // Messages under way arrive first.
    if (!this.#over) await this.pause(100);
    return { connections: this.#seen, received: this.#received };
  }

  tidy() {
    super.tidy();
    this.#over = true;
    this.#world.dispose({ leaks: 'ignore' });
  }

  forget() {}
}
