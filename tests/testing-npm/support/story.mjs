/** A story with everything that goes wrong in it. Prints the log, for the comparison of several versions of Node. */
import { world } from '../../../pkg/dist/testing.mjs';

const URL = 'wss://api.test/live';

for (const browser of ['chromium', 'firefox', 'webkit']) {
  const w = world({ seed: 42, browser });
  const server = w.server(URL, (connection) => {
    connection.on('message', (data) => connection.send(data === 'ping' ? 'pong' : data));
    connection.on('close', ({ code, reason }) => w.write(`the server hears ${code} ${reason}`));
  });
  server.every(7_000, () => server.broadcast('news'));
  const ws = new w.WebSocket(URL, [], { heartbeat: { interval: 10_000, timeout: 5_000 } });
  for (const type of ['open', 'message', 'error', 'close', 'statuschange', 'reconnecting'])
    ws.addEventListener(type, async ({ data, code, reason, wasClean, willReconnect, delay, timeStamp }) => {
      const fields = { data, code, reason, wasClean, willReconnect, delay, timeStamp: Math.round(timeStamp * 1_000) };
      w.write(`${type} ${JSON.stringify(fields)}`);
      await null;
      w.write(`after ${type}: ${ws.status} ${ws.bufferedAmount}`);
    });
  const { network, page } = w;
  network.latency({ up: 40, down: 90, jitter: 60 });
  const acts = [
    () => network.cut(),
    () => network.silence(),
    () => network.restore(),
    () => network.change(),
    () => network.offline(),
    () => network.online(),
    () => server.restart({ down: 3_000, code: 1012, reason: '{"retryAfter":500}' }),
    () => page.hide(),
    () => page.freeze(),
    () => page.show(),
    () => page.sleep(600_000),
    () => server.refuse(503),
    () => server.accept(),
    () => network.bandwidth({ up: 1_000, down: 1_000 }),
    () => network.bandwidth(),
    () => page.leave(1_000),
    () => page.back(),
  ];
  for (const [index, act] of acts.entries()) {
    act();
    ws.send(`text ${index}`);
    ws.send(Uint8Array.of(index, 1, 2));
    await w.advance(45_000);
  }
  w.page.wake();
  ws.close(1000, 'the end');
  await w.advance(300_000);
  w.dispose();
  process.stdout.write(w.transcript);
}
