/**
 * The server that sends the messages. A burst is written in one go, of frames made beforehand, so that its pace is the browser's and
 * not the server's; the project's own server keeps a record of every message and gives each a turn of its own.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSilence } from 'node:net';
import { WebSocketServer } from 'ws';

const TYPES = { mjs: 'text/javascript', wasm: 'application/wasm', html: 'text/html' };

/** One unmasked frame. https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function frame(payload, opcode) {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = head.length === 2 ? length : head.length === 4 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** The kinds of message: by name, of so many bytes. */
const KINDS = {
  text: (size) => frame(Buffer.alloc(size, 'holdfast'), 1),
  json: (size) => frame(Buffer.from(`{"type":"tick","n":"${'7'.repeat(size - 22)}"}`), 1),
  binary: (size) => frame(Buffer.alloc(size, 7), 2),
};

/** Hears messages, and answers a heartbeat's itself: with a ping out, ours looks at every message until the pong is there. */
const hear = (ws, run) => ws.on('message', (data) => (String(data.subarray(0, 5)) === 'ping' ? ws.send('pong') : run(data)));

/** Writes one every few milliseconds, so that each is a task of its own in the browser. */
function pace(socket, one, count) {
  let left = count;
  const timer = setInterval(() => {
    socket.write(one);
    left -= 1;
    if (!left || socket.destroyed) clearInterval(timer);
  }, 4);
}

/** The answer of each path. `socket` is the bare one under `ws`. */
const PATHS = {
  /** To `2000 text 32`: so many of those. To `2000 text 32 paced`: one after the other. */
  '/burst': (ws, socket) => {
    hear(ws, (data) => {
      const [count, kind, size, how] = String(data).split(' ');
      if (!KINDS[kind]) return;
      const one = KINDS[kind](+size);
      if (how === 'paced') pace(socket, one, +count);
      else socket.write(Buffer.concat(new Array(+count).fill(one)));
    });
  },
  /** To every so many messages: one. */
  '/sink': (ws, _, query) => {
    let left = +query.get('every');
    hear(ws, (data) => {
      // A request that is to stay pending is none of them.
      if (data[0] === 0x7b || --left) return;
      left = +query.get('every');
      ws.send('done');
    });
  },
  /** To a request: its reply, unless it is to wait for ever. */
  '/reply': (ws) => {
    ws.on('message', (data) => {
      const { id, hold } = JSON.parse(data);
      if (!hold) ws.send(`{"id":${id},"result":{"sum":3}}`);
    });
  },
  '/greet': (ws) => ws.send('hello'),
  /** Ends a connection as soon as it is open. */
  '/drop': (ws) => ws.close(1001),
};
// As `/sink`, but its handshake is not answered before it is told to.
PATHS['/later'] = PATHS['/sink'];

/** Serves `files`, by path: the text or bytes, or a file's URL. */
export async function startServer(files) {
  /** The requests that wait for `/release`, or that it waits for. */
  const held = [];
  const releases = [];
  const live = new Set();
  const http = createServer((request, response) => {
    const path = request.url.split('?')[0];
    if (path === '/release') {
      // It may be here before the handshake that it is for.
      if (held.length) held.shift()();
      else releases.push(true);
      return response.writeHead(204).end();
    }
    const found = files[path] ?? (path === '/' && '<!doctype html><title>bench</title>');
    if (!found) return response.writeHead(404).end();
    const type = path === '/' ? TYPES.html : (TYPES[path.split('.').pop()] ?? 'text/plain');
    response.writeHead(200, { 'content-type': type }).end(found instanceof URL ? readFileSync(found) : found);
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  http.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    socket.setNoDelay(true);
    const answer = () =>
      sockets.handleUpgrade(request, socket, head, (ws) => {
        ws.on('error', () => {});
        PATHS[pathname]?.(ws, socket, searchParams);
      });
    if (pathname === '/later' && !releases.pop()) held.push(answer);
    else answer();
    live.add(socket);
    socket.on('error', () => {}).on('close', () => live.delete(socket));
  });
  // Answers no handshake. At a port of its own, because a browser shakes hands with one at a time.
  const silence = createSilence((socket) => {
    live.add(socket);
    socket
      .on('error', () => {})
      .on('close', () => live.delete(socket))
      .resume();
  });
  for (const one of [http, silence]) await new Promise((done) => one.listen(0, '127.0.0.1', done));
  const address = (of) => `ws://127.0.0.1:${of.address().port}`;
  return {
    origin: `http://127.0.0.1:${http.address().port}`,
    ws: address(http),
    silence: address(silence),
    /** Until every WebSocket is gone: the browser has 255 in all. */
    async idle() {
      const late = Date.now() + 60_000;
      while (live.size) {
        if (Date.now() > late) throw Error(`${live.size} connections are still open`);
        await new Promise((done) => setTimeout(done, 20));
      }
    },
    stop() {
      for (const socket of live) socket.destroy();
      http.closeAllConnections();
      http.close();
      silence.close();
    },
  };
}
