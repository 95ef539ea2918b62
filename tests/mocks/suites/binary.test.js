/** Replies and pongs in binary frames, in both kinds of `binaryType`. */
import { WebSocket } from 'holdfast-ws';
import { expect, test, vi } from 'vitest';
import { binary, serve } from './server.js';
import { next, QUICK } from './support.js';

const LONG = { timeout: 20_000 };

const url = await serve((send, text) => {
  if (text === 'ping') return send(binary('pong'));
  const { id, method, ...rest } = JSON.parse(text);
  send('before');
  send(binary(rest.jsonrpc ? { jsonrpc: '2.0', id, result: method } : { id, method }));
  send(binary('behind'));
  send('last');
});

const told = async ({ data }) =>
  typeof data === 'string' ? data : Buffer.from(await new Response(data).arrayBuffer()).toString();

for (const binaryType of ['blob', 'arraybuffer'])
  for (const protocol of ['id', 'json-rpc'])
    test(`a reply in a binary frame is recognized: ${protocol}, ${binaryType}; the others keep their order`, async () => {
      const ws = new WebSocket(url, [], { ...QUICK, request: { protocol } });
      ws.binaryType = binaryType;
      const received = [];
      ws.addEventListener('message', (event) => received.push(event));
      const targets = new Set();
      ws.onmessage = (event) => targets.add(event.target);
      const reply = await ws.request({ method: 'get' });
      expect(protocol === 'id' ? reply.method : reply).toBe('get');
      await vi.waitUntil(() => received.length === 3, LONG);
      expect(await Promise.all(received.map(told))).toEqual(['before', 'behind', 'last']);
      expect([...targets]).toEqual([ws]);
      ws.close();
    });

test('of many requests at once each gets its reply, and what is sent between them comes in order', async () => {
  const ws = new WebSocket(url, [], QUICK);
  const received = [];
  ws.onmessage = (event) => received.push(event);
  const asked = Array.from({ length: 20 }, (_, number) => `m${number}`);
  const replies = await Promise.all(asked.map((method) => ws.request({ method })));
  expect(replies.map(({ method }) => method)).toEqual(asked);
  await vi.waitUntil(() => received.length === 60, LONG);
  expect(await Promise.all(received.map(told))).toEqual(asked.flatMap(() => ['before', 'behind', 'last']));
  ws.close();
});

for (const binaryType of ['blob', 'arraybuffer'])
  test(`a pong in a binary frame proves the connection alive, and is not delivered: ${binaryType}`, async () => {
    const heartbeat = { interval: 100, timeout: 2_000, ping: 'ping', pong: 'pong' };
    const ws = new WebSocket(url, [], { ...QUICK, heartbeat });
    ws.binaryType = binaryType;
    const received = vi.fn();
    ws.onmessage = received;
    await next(ws, 'open');
    await vi.waitUntil(() => ws.stats().pongs > 2, LONG);
    expect([ws.stats().connections, received.mock.calls.length]).toEqual([1, 0]);
    ws.close();
  });

test('while nothing is awaited a Blob is a message like others, at once', async () => {
  const talking = await serve(
    () => {},
    (send) => setTimeout(() => [binary('{"id":1}'), 'text'].map(send), 50),
  );
  const ws = new WebSocket(talking, [], QUICK);
  const received = [];
  ws.onmessage = ({ data, eventPhase }) => received.push([typeof data, eventPhase]);
  await vi.waitUntil(() => received.length === 2, LONG);
  expect(received).toEqual([
    ['object', 2],
    ['string', 2],
  ]);
  ws.close();
});
