import { createServer } from 'node:http';
import websocket from 'websocket';
import { answer } from './answer.mjs'; // your application

const { PORT, PING = 25_000 } = process.env;

const httpServer = createServer((_, response) => response.writeHead(404).end()).listen(PORT, '127.0.0.1');
const server = new websocket.server({
  httpServer,
  keepaliveInterval: Number(PING), // pings a silent connection …
  keepaliveGracePeriod: Number(PING), // … and drops it if no answer comes in this time
  maxReceivedFrameSize: 16 << 20, // 64 KiB by default: a browser sends a message as one frame
  maxReceivedMessageSize: 16 << 20,
});

server.on('request', (request) => {
  if (request.resourceURL.pathname !== '/live') return request.reject(404, 'no such page');
  const connection = request.accept(request.requestedProtocols.includes('v2.live') ? 'v2.live' : null, request.origin);
  connection.on('message', ({ type, utf8Data, binaryData }) => {
    const { reply, all, close, reason } = answer(type === 'utf8' ? utf8Data : binaryData);
    if (reply !== undefined) connection.send(reply);
    if (all !== undefined) server.broadcast(all);
    if (close !== undefined) connection.close(close, reason);
  });
});

// A deploy: every client is asked to reconnect in half a second at the earliest.
process.once('SIGTERM', () => {
  server.unmount();
  for (const connection of server.connections) connection.close(1012, '{"retryAfter":500}');
  httpServer.close();
  setTimeout(() => process.exit(), 5_000).unref();
});
