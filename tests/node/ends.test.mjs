/** Ends that no native event tells of, and closing at odd moments. Node 22 has no CloseEvent; Node 24 fires its events within `close()`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { overWs, platform, WebSocket } from './support/holdfast.mjs';
import { until, watch } from './support/record.mjs';
import { nowhere, startServer, startSilence } from './support/server.mjs';

const it = (name, run, options) => test(`${platform}: ${name}`, { ...options }, run);
/** `ws` makes an event of its own for each listener. */
const ONE_EVENT = { skip: overWs && 'the class makes an event for each listener' };
const QUICK = { reconnect: { minDelay: 20, maxDelay: 40 } };

/** The one close event is the last, and nothing follows it. */
async function endsOnce(record) {
  await until(
    () => record.ws.readyState === 3,
    () => `the end; the status is ${record.ws.status}`,
  );
  await record.until('close');
  await sleep(300);
  const closes = record.all('close');
  assert.equal(closes.length, 1, record.types.join());
  assert.deepEqual([closes[0].code, closes[0].willReconnect], [1006, false]);
  assert.ok(!record.types.includes('reconnecting'), record.types.join());
}

it('close() at once, while connecting, is one close event, the last', async () => {
  const server = await startServer();
  const record = watch(new WebSocket(server.url));
  record.ws.close();
  assert.deepEqual(record.types, [], 'within the call');
  await endsOnce(record);
  assert.deepEqual(record.types, ['error', 'close']);
  await server.stop();
});

it('close() while a silent server has yet to answer the handshake is one close event, the last', async () => {
  const silence = await startSilence();
  const record = watch(new WebSocket(silence.url));
  await sleep(100);
  record.ws.close(4000, 'enough');
  await endsOnce(record);
  await silence.stop();
});

it(
  'close() within the error event of a failed attempt ends it',
  async () => {
    const record = watch(new WebSocket(await nowhere()));
    record.ws.addEventListener('error', () => record.ws.close());
    await endsOnce(record);
  },
  ONE_EVENT,
);

it(
  'close() with several listeners calls each once, in order',
  async () => {
    const server = await startServer();
    const ws = new WebSocket(server.url);
    const called = [];
    ws.addEventListener('close', () => called.push('first'));
    ws.onclose = () => called.push('second');
    ws.addEventListener('close', () => called.push('third'));
    ws.close();
    await until(() => called.length === 3);
    assert.deepEqual(called, ['first', 'second', 'third']);
    await server.stop();
  },
  ONE_EVENT,
);

it('close() while waiting for the next attempt is a close event with code, reason and wasClean', async () => {
  const record = watch(new WebSocket(await nowhere(), [], { reconnect: { minDelay: 60_000, maxDelay: 60_000 } }));
  await record.until('reconnecting');
  record.ws.close();
  const { code, reason, wasClean, willReconnect } = await record.until('close', 2);
  assert.deepEqual([code, reason, wasClean, willReconnect], [1006, '', false, false]);
});

it('a connection that answers no ping is given up, and the reason says so', async () => {
  const server = await startServer();
  const heartbeat = { interval: 100, timeout: 200, ping: 'ping', pong: 'never said' };
  const record = watch(new WebSocket(server.url, [], { ...QUICK, heartbeat }));
  record.ws.addEventListener('message', () => {});
  // The echo of a ping is a message, and proves nothing here: only `pong` is an answer.
  const { code, reason, willReconnect } = await record.until('close');
  assert.deepEqual([code, reason, willReconnect], [1006, 'heartbeat timeout', true]);
  record.ws.close();
  await server.stop();
});

it('an attempt that takes too long is given up, and another follows', async () => {
  const silence = await startSilence();
  const record = watch(new WebSocket(silence.url, [], { reconnect: { ...QUICK.reconnect, connectTimeout: 200 } }));
  await record.until('close', 2);
  assert.equal(record.all('close')[0].reason, 'connect timeout');
  record.ws.close();
  await until(() => record.ws.readyState === 3);
  await silence.stop();
});

it('reconnect() while open is a close event and another connection', async () => {
  const server = await startServer();
  const record = watch(new WebSocket(server.url, [], QUICK));
  await record.until('open');
  record.ws.reconnect();
  await record.until('open', 2);
  assert.deepEqual(record.types, ['open', 'close', 'reconnecting', 'open']);
  const [{ code, reason, willReconnect }] = record.all('close');
  assert.deepEqual([code, reason, willReconnect], [1006, 'reconnect', true]);
  record.ws.close();
  await server.stop();
});
