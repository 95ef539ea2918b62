/** The server's half of an outbox, for tests that make it fail. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';

/** The server's half, in memory. `refuses` says which messages it refuses, `fails` which it can't do now. */
export class WireServer {
  boxes = new Map();
  done = [];
  /** Every frame that came. */
  heard = [];
  refuses = () => false;
  fails = () => false;
  /** False: it does, and says nothing. */
  answers = true;
  #connections = 0;

  connect(connection) {
    this.#connections += 1;
    const number = this.#connections;
    connection.on('message', (data) => {
      if (data === 'ping') return connection.send('pong');
      const frame = JSON.parse(data);
      this.heard.push({ connection: number, ...frame });
      const answer = this.answer(frame);
      if (this.answers) connection.send(JSON.stringify(answer));
    });
  }

  answer({ hello, box, n, ...message }) {
    const name = hello?.box ?? box;
    const last = this.boxes.get(name) ?? 0;
    if (hello) {
      this.boxes.set(name, Math.max(last, hello.from - 1));
      return { hello: { box: name, done: last } };
    }
    if (n !== last + 1) return { box, done: last };
    if (this.fails(message)) return { box, n, error: { message: 'not now' } };
    this.boxes.set(box, n);
    if (this.refuses(message)) return { box, n, error: { message: 'no such item', final: true } };
    this.done.push({ box, n, ...message });
    return { box, n, ok: { order: this.done.length } };
  }

  get items() {
    return this.done.map(({ item }) => item);
  }

  /** The items as they came, with those that came again. */
  get sent() {
    return this.heard.filter(({ n }) => n !== undefined).map(({ item }) => item);
  }
}

/** Starts one that listens. */
export async function startWireServer() {
  const wire = new WireServer();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (connection) =>
    wire.connect({
      on: (type, hear) => connection.on(type, (data) => hear(String(data))),
      send: (data) => connection.send(data),
    }),
  );
  await once(server, 'listening');
  return Object.assign(wire, {
    url: `ws://127.0.0.1:${server.address().port}`,
    cut() {
      for (const each of server.clients) each.terminate();
    },
    async stop() {
      this.cut();
      server.close();
      await once(server, 'close');
    },
  });
}
