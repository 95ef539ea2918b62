import { answer } from './answer.mjs'; // your application

const { PORT, PING = 25_000 } = process.env;
const connections = new Set();

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: PORT,
  fetch(request, server) {
    if (new URL(request.url).pathname !== '/live') return new Response('no such page', { status: 404 });
    const offered = request.headers.get('sec-websocket-protocol')?.split(/, */) ?? [];
    const headers = offered.includes('v2.live') ? { 'sec-websocket-protocol': 'v2.live' } : {};
    if (server.upgrade(request, { headers })) return;
    return new Response('only WebSockets here', { status: 426 });
  },
  websocket: {
    perMessageDeflate: true,
    sendPings: true, // a silent connection is pinged, and dropped …
    idleTimeout: Math.max(8, (PING * 2) / 1000), // … if nothing has come for so many seconds
    open(connection) {
      connections.add(connection);
      connection.subscribe('all');
    },
    message(connection, data) {
      const { reply, all, close, reason } = answer(data);
      if (reply !== undefined) connection.send(reply, reply.length > 1024); // true: compressed
      if (all !== undefined) server.publish('all', all);
      if (close !== undefined) connection.close(close, reason);
    },
    close(connection) {
      connections.delete(connection);
    },
  },
});

// A deploy: every client is asked to reconnect in half a second at the earliest.
process.once('SIGTERM', async () => {
  const stopped = server.stop();
  for (const connection of connections) connection.close(1012, '{"retryAfter":500}');
  await Promise.race([stopped, Bun.sleep(5_000)]);
  await Bun.sleep(500); // Bun counts a connection as closed at once; exiting now would reset it before its client has read the reason
  process.exit();
});
