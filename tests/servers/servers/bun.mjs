import { answer } from './answer.mjs'; // your application

const { PORT, PING = 25_000 } = process.env;
const lines = new Set();

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
    sendPings: true, // a quiet line is pinged, and dropped …
    idleTimeout: Math.max(8, (PING * 2) / 1000), // … if nothing has come for so many seconds
    open(line) {
      lines.add(line);
      line.subscribe('all');
    },
    message(line, data) {
      const { reply, all, close, reason } = answer(data);
      if (reply !== undefined) line.send(reply, reply.length > 1024); // true: compressed
      if (all !== undefined) server.publish('all', all);
      if (close !== undefined) line.close(close, reason);
    },
    close(line) {
      lines.delete(line);
    },
  },
});

// A deploy: everybody is sent away, to come back half a second from now at the earliest.
process.once('SIGTERM', async () => {
  const stopped = server.stop();
  for (const line of lines) line.close(1012, '{"retryAfter":500}');
  await Promise.race([stopped, Bun.sleep(5_000)]);
  await Bun.sleep(500); // to Bun a line is closed once told so; to exit now would reset it before its client has read why
  process.exit();
});
