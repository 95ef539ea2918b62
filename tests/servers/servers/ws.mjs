import { WebSocketServer } from 'ws';
import { answer } from './answer.mjs'; // your application

const { PORT, PING = 25_000 } = process.env;

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: PORT,
  path: '/live', // any other is refused
  perMessageDeflate: { serverNoContextTakeover: true, threshold: 1024 }, // from 1 KiB on; nothing is kept between messages
  handleProtocols: (offered) => (offered.has('v2.live') ? 'v2.live' : false),
});

server.on('connection', (connection) => {
  connection.alive = true;
  connection.on('pong', () => {
    connection.alive = true;
  });
  connection.on('message', (data, isBinary) => {
    const { reply, all, close, reason } = answer(isBinary ? data : String(data));
    if (reply !== undefined) connection.send(reply);
    if (all !== undefined) for (const each of server.clients) each.send(all);
    if (close !== undefined) connection.close(close, reason);
  });
});

// The browser answers pings by itself. A connection without an answer when the next ping is due is dead.
const pings = setInterval(() => {
  for (const connection of server.clients) {
    if (!connection.alive) connection.terminate();
    connection.alive = false;
    connection.ping();
  }
}, PING);

// A deploy: every client is asked to reconnect in half a second at the earliest.
process.once('SIGTERM', () => {
  clearInterval(pings);
  for (const connection of server.clients) connection.close(1012, '{"retryAfter":500}');
  server.close();
  setTimeout(() => process.exit(), 5_000).unref();
});
