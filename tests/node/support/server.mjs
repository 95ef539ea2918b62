/** A server of `ws` that echoes, and can drop its connections, refuse handshakes, close with a code, or be away for a time. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { WebSocketServer } from 'ws';
import { stopper } from '../../package/support/stop-server.mjs';

const HOST = '127.0.0.1';

export async function startServer({ port = 0, refuses = false } = {}) {
  const http = createServer((_, response) => response.writeHead(404).end());
  const stop = stopper(http);
  const server = new WebSocketServer({ noServer: true });
  const sockets = new Set();
  let accepted = 0;
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  http.on('upgrade', (request, socket, head) => {
    if (refuses) return socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    server.handleUpgrade(request, socket, head, (client) => {
      accepted += 1;
      client.on('error', () => {});
      client.on('message', (data, isBinary) => client.send(data, { binary: isBinary }));
    });
  });
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  await once(http.listen(port, HOST), 'listening');
  const { port: at } = http.address();
  return {
    port: at,
    url: `ws://${HOST}:${at}/`,
    accepted: () => accepted,
    live: () => server.clients.size,
    drop,
    close(code, reason) {
      for (const client of server.clients) client.close(code, reason);
    },
    stop,
  };
}

/** A port that takes connections and never says a word. */
export async function startSilence() {
  const server = createTcpServer((end) => end.on('error', () => {}));
  const stop = stopper(server);
  await once(server.listen(0, HOST), 'listening');
  return {
    url: `ws://${HOST}:${server.address().port}/`,
    stop,
  };
}

/** A URL where nobody listens. */
export async function nowhere() {
  const server = createTcpServer();
  await once(server.listen(0, HOST), 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return `ws://${HOST}:${port}/`;
}
