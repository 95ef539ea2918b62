/**
 * How a server of the tests is stopped: with all of its connections. Node's own `close()` waits for those that were upgraded, and for those
 * that only their client has ended: an HTTP server lets them be half-open.
 */
import { once } from 'node:events';

/** Called before the server listens; returns the function that stops it. */
export function stopper(server) {
  const sockets = new Set();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
}
