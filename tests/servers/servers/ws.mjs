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

server.on('connection', (line) => {
  line.alive = true;
  line.on('pong', () => {
    line.alive = true;
  });
  line.on('message', (data, isBinary) => {
    const { reply, all, close, reason } = answer(isBinary ? data : String(data));
    if (reply !== undefined) line.send(reply);
    if (all !== undefined) for (const each of server.clients) each.send(all);
    if (close !== undefined) line.close(close, reason);
  });
});

// The browser answers pings by itself. A line that owes an answer when the next one is due is dead.
const pings = setInterval(() => {
  for (const line of server.clients) {
    if (!line.alive) line.terminate();
    line.alive = false;
    line.ping();
  }
}, PING);

// A deploy: everybody is sent away, to come back half a second from now at the earliest.
process.once('SIGTERM', () => {
  clearInterval(pings);
  for (const line of server.clients) line.close(1012, '{"retryAfter":500}');
  server.close();
  setTimeout(() => process.exit(), 5_000).unref();
});
