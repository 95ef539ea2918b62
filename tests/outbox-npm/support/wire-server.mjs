/** The server's half of an outbox, for tests that make it fail. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { stopper } from '../../package/support/stop-server.mjs';

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
  /** The messages that it sends of itself: each has its place as `seq`, from 1. */
  #stream = [];
  #subscribers = new Set();
  /** The positions behind which clients have asked for the stream. */
  subscribed = [];

  /** Sends to all who have subscribed. */
  publish(...texts) {
    for (const text of texts) {
      this.#stream.push({ seq: this.#stream.length + 1, text });
      for (const send of this.#subscribers) send(this.#stream.at(-1));
    }
  }

  /** Sends the whole stream once more. */
  repeat() {
    for (const send of this.#subscribers) for (const each of this.#stream) send(each);
  }

  /** Sends what is behind a position, and what comes from now on. */
  #subscribe(connection, after) {
    this.subscribed.push(after);
    const send = (each) => connection.send(JSON.stringify(each));
    for (const each of this.#stream.slice(after)) send(each);
    this.#subscribers.add(send);
    connection.on('close', () => this.#subscribers.delete(send));
  }

  connect(connection) {
    this.#connections += 1;
    const number = this.#connections;
    connection.on('message', (data) => {
      if (data === 'ping') return connection.send('pong');
      const frame = JSON.parse(data);
      if ('subscribe' in frame) return this.#subscribe(connection, frame.subscribe);
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
  /** The bodies that pages have posted. */
  const posted = [];
  const http = createServer(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    posted.push(body);
    for (const line of body.trim().split('\n')) wire.answer(JSON.parse(line));
    response.end();
  });
  const stop = stopper(http);
  const server = new WebSocketServer({ server: http });
  server.on('connection', (connection) =>
    wire.connect({
      on: (type, hear) => connection.on(type, (data) => hear(String(data))),
      send: (data) => connection.send(data),
    }),
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address();
  return Object.assign(wire, {
    posted,
    url: `ws://127.0.0.1:${port}`,
    postUrl: `http://127.0.0.1:${port}/outbox`,
    /** How many connections there are. */
    countLive: () => server.clients.size,
    cut() {
      for (const each of server.clients) each.terminate();
    },
    stop,
  });
}
