/**
 * A server that numbers what it says, and says again what came after a number: `?from=12`. It keeps count of its connections, and of what
 * it receives. Text in single frames is all that it knows of WebSocket: https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { stopper } from './stop-server.mjs';

const SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 0x81;
const CLOSE = 0x88;

const frame = (first, payload) => Buffer.concat([Buffer.from([first, payload.length]), payload]);

export async function startNumberedServer() {
  let said = 0;
  const live = new Set();
  const http = createServer();
  const server = {
    /** The most connections that there were at one time, and all that there have been. */
    most: 0,
    accepted: 0,
    /** When the last one was accepted, in milliseconds since 1970. */
    openedAt: 0,
    received: [],
    get said() {
      return said;
    },
    get live() {
      return live.size;
    },
    /** Says the next number to all. */
    say() {
      said += 1;
      for (const socket of live) socket.write(frame(TEXT, Buffer.from(String(said))));
      return said;
    },
    /** Says something without a number. */
    tell(text) {
      for (const socket of live) socket.write(frame(TEXT, Buffer.from(text)));
    },
    /** Resets all connections. */
    cut() {
      for (const socket of live) socket.destroy();
    },
    stop: stopper(http),
  };
  http.on('upgrade', ({ url, headers }, socket) => {
    const accept = createHash('sha1')
      .update(headers['sec-websocket-key'] + SUFFIX)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    live.add(socket);
    server.accepted += 1;
    server.openedAt = Date.now();
    server.most = Math.max(server.most, live.size);
    const from = Number(new URL(url, 'http://x').searchParams.get('from') ?? said);
    for (let number = from + 1; number <= said; number += 1) socket.write(frame(TEXT, Buffer.from(String(number))));
    let rest = Buffer.alloc(0);
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      while (rest.length >= 6) {
        const length = rest[1] & 127;
        if (length > 125) throw Error('this server takes short messages only');
        if (rest.length < 6 + length) return;
        const payload = Buffer.from(rest.subarray(6, 6 + length).map((byte, index) => byte ^ rest[2 + (index % 4)]));
        const [first] = rest;
        rest = rest.subarray(6 + length);
        if (first === CLOSE) socket.end(frame(CLOSE, payload));
        else if (first === TEXT) server.received.push(payload.toString());
      }
    });
    const gone = () => live.delete(socket);
    socket.on('error', gone).on('end', gone).on('close', gone);
    // A browser that ends a connection without a close frame leaves it half open.
    socket.on('end', () => socket.end());
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  server.url = `ws://127.0.0.1:${http.address().port}/`;
  return server;
}
