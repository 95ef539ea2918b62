/** A server of the package `ws`, on a free port, that does with each message what the test says. */
import { once } from 'node:events';
import { afterAll } from 'vitest';
import { WebSocketServer } from 'ws';

/** Returns its URL. `answer(send, text, socket)`; what is sent as a Buffer goes in a binary frame. */
export async function serve(answer, greet = () => {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    const send = (message) => socket.send(message);
    greet(send, socket);
    socket.on('message', (data) => answer(send, data.toString(), socket));
  });
  await once(server, 'listening');
  afterAll(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${server.address().port}`;
}

/** The text in a binary frame. */
export const binary = (message) => Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
