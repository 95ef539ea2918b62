/** The network comes back while an attempt is under way that will never be answered. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { inPage } from './support/suite.mjs';

/** A path to the server that takes connections and, until it is mended, says nothing. */
async function path(to) {
  const sockets = new Set();
  let mended = false;
  const keep = (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  };
  const relay = createServer((socket) => {
    keep(socket);
    if (!mended) return socket.resume();
    const far = connect(to);
    keep(far);
    socket.pipe(far).pipe(socket);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    port: relay.address().port,
    waiting: () => sockets.size,
    mend() {
      mended = true;
    },
    end() {
      for (const socket of sockets) socket.destroy();
      relay.close();
    },
  };
}

inPage('an attempt that hangs when the network comes back is followed up', async ({ page, endpoint }) => {
  const url = new URL(endpoint.url('/echo'));
  const relay = await path({ host: url.hostname, port: url.port });
  url.port = relay.port;
  try {
    await page.evaluate((url) => {
      globalThis.record = probe.watch(new Holdfast.WebSocket(url, [], { reconnect: { connectTimeout: 100_000 } }));
    }, url.href);
    while (!relay.waiting()) await page.evaluate(() => probe.sleep(20));
    relay.mend();
    const seen = await page.evaluate(async () => {
      const begun = performance.now();
      dispatchEvent(new Event('online'));
      const { at } = await record.until('open', 1, 60_000);
      record.ws.send('back');
      await record.until('message');
      record.ws.close();
      await record.end();
      return { took: at - begun, reason: record.all('close')[0].reason };
    });
    assert.equal(seen.reason, 'connect timeout');
    // Some 2.5 s; without it, 100.
    assert.ok(seen.took < 30_000, `open ${seen.took} ms after the network came back`);
  } finally {
    relay.end();
  }
});
