/** A connection that drops, a server that is away: back within the same time as in a browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { platform, WebSocket } from './support/holdfast.mjs';
import { until, watch } from './support/record.mjs';
import { nowhere, startServer } from './support/server.mjs';

const it = (name, run) => test(`${platform}: ${name}`, run);

it('text and bytes come back, and closing ends it', async () => {
  const server = await startServer();
  const record = watch(new WebSocket(server.url));
  record.ws.binaryType = 'arraybuffer';
  record.ws.send('early');
  record.ws.send(Uint8Array.of(1, 2, 3));
  await record.until('message', 2);
  const [text, bytes] = record.all('message').map(({ data }) => data);
  assert.equal(text, 'early');
  assert.deepEqual(new Uint8Array(bytes), Uint8Array.of(1, 2, 3));
  assert.equal(record.ws.readyState, 1);
  record.ws.close(1000, 'done');
  const { code, reason, wasClean, willReconnect } = await record.until('close');
  assert.deepEqual([code, reason, wasClean, willReconnect], [1000, 'done', true, false]);
  assert.equal(record.ws.readyState, 3);
  await server.stop();
});

it('a dropped connection is open again', async () => {
  const server = await startServer();
  const record = watch(new WebSocket(server.url));
  await record.until('open');
  server.drop();
  await record.until('open', 2);
  const close = record.all('close')[0];
  assert.deepEqual([close.code, close.willReconnect], [1006, true]);
  assert.ok(record.all('reconnecting')[0].delay <= 500);
  assert.equal(record.ws.stats().attempts, 2, 'the first attempt after it succeeds');
  record.ws.send('again');
  assert.equal((await record.until('message')).data, 'again');
  record.ws.close();
  await server.stop();
});

it('attempts that fail, however many, are made at their own delays', async () => {
  // A port that nobody listens to.
  const server = await startServer();
  await server.stop();
  const record = watch(new WebSocket(server.url, { reconnect: { minDelay: 10, maxDelay: 20 } }));
  await record.until('reconnecting', 16);
  const told = record.all('reconnecting');
  assert.deepEqual([...new Set(told.map(({ delay }) => delay > 1_000))], [false]);
  record.ws.close();
});

it('a server that was away for 1.5 s is found again within seconds', async () => {
  const server = await startServer();
  const record = watch(new WebSocket(server.url));
  await record.until('open');
  await server.stop();
  await sleep(1_500);
  const again = await startServer({ port: server.port });
  const back = performance.now();
  const open = await record.until('open', 2);
  // At most `maxDelay`, 8 s. The rest is for a machine that stalls.
  assert.ok(open.at - back < 40_000, `${open.at - back} ms after it was back`);
  assert.ok(record.all('close').every(({ code, willReconnect }) => code === 1006 && willReconnect));
  record.ws.close();
  await again.stop();
});

for (const [name, start] of [
  ['nobody listens', async () => ({ url: await nowhere(), stop() {} })],
  ['the handshake is refused', () => startServer({ refuses: true })],
])
  it(`where ${name}, each attempt fails with an error and a close, and another follows`, async () => {
    const server = await start();
    const record = watch(new WebSocket(server.url, [], { reconnect: { minDelay: 20, maxDelay: 40 } }));
    await record.until('close', 3);
    const cycle = ['error', 'close', 'reconnecting'];
    assert.deepEqual(record.types.slice(0, 8), [...cycle, ...cycle, 'error', 'close']);
    for (const { code, reason, wasClean, willReconnect } of record.all('close'))
      assert.deepEqual([code, reason, wasClean, willReconnect], [1006, '', false, true]);
    assert.deepEqual(new Set(record.all('reconnecting').map(({ cause }) => cause)), new Set(['failed']));
    record.ws.close();
    await until(() => record.ws.readyState === 3);
    await server.stop();
  });

it('a URL function that rejects is asked again and again, with a close each time', async (context) => {
  let asked = 0;
  const url = async () => {
    asked += 1;
    throw Error('no token');
  };
  // Why is logged, and doesn't end the process.
  const logged = context.mock.method(console, 'error', () => {});
  const record = watch(new WebSocket(url, [], { reconnect: { minDelay: 50, maxDelay: 50 } }));
  await record.until('close', 4);
  assert.ok(asked >= 4, `asked ${asked} times`);
  record.ws.close();
  await until(() => record.ws.readyState === 3);
  assert.deepEqual(
    logged.mock.calls.map(({ arguments: [error] }) => error.message),
    ['no token'],
  );
});
