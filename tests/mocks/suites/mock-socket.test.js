/** mock-socket, alone and below vitest-websocket-mock: each puts its class in globalThis long after our import. */
import { Server } from 'mock-socket';
import { afterEach, expect, test, vi } from 'vitest';
import WS from 'vitest-websocket-mock';
import { isAt, next, open } from './support.js';

const URL = 'ws://localhost:1234';

/** A busy machine is no failure. */
const LONG = { timeout: 20_000 };

afterEach(() => WS.clean());

test('mock-socket: messages both ways, and targets that are ours', async () => {
  const server = new Server(URL);
  server.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)));
  const { ws, received } = open(URL);
  ws.send('early');
  const message = await new Promise((done) => {
    ws.onmessage = (event) => done([event.data, isAt(event, ws)]);
  });
  expect(message).toEqual(['echo early', true]);
  expect(received).toEqual([
    ['open', undefined],
    ['message', 'echo early'],
  ]);
  ws.close();
  const closed = await next(ws, 'close');
  expect([closed.code, closed.willReconnect, closed.target]).toEqual([1005, false, ws]);
  server.stop();
});

test('mock-socket: back after the server has closed the connection, and back again after it stopped', async () => {
  let server = new Server(URL);
  const { ws, received } = open(URL);
  const count = (type) => received.filter(([one]) => one === type).length;
  await vi.waitUntil(() => count('open') === 1, LONG);
  // Some events of mock-socket's come within the call.
  server.clients()[0].close({ code: 1012, reason: '{"retryAfter":1}', wasClean: true });
  await vi.waitUntil(() => count('close') === 1 && count('open') === 2, LONG);
  server.close({ code: 1001, reason: '', wasClean: true });
  server.stop();
  await vi.waitUntil(() => count('close') === 2, LONG);
  server = new Server(URL);
  await vi.waitUntil(() => count('open') === 3, LONG);
  ws.close();
  await vi.waitUntil(() => ws.readyState === 3, LONG);
  server.stop();
});

test('vitest-websocket-mock: what is sent arrives, and what it sends is heard', async () => {
  const server = new WS(URL, { jsonProtocol: true });
  const { ws, received } = open(URL);
  await server.connected;
  ws.send(JSON.stringify({ type: 'GREETING' }));
  await expect(server).toReceiveMessage({ type: 'GREETING' });
  const reply = ws.request({ ask: 1 });
  const { id } = await server.nextMessage;
  server.send({ id, ok: true });
  expect((await reply).ok).toBe(true);
  server.send({ type: 'hello' });
  await vi.waitUntil(() => received.at(-1)[0] === 'message', LONG);
  expect(received.filter(([type]) => type === 'message')).toEqual([['message', '{"type":"hello"}']]);
  let lost;
  ws.onclose = (event) => {
    lost ??= event.willReconnect;
  };
  server.error({ code: 1011, reason: '', wasClean: false });
  await vi.waitUntil(() => lost, LONG);
  ws.close();
});
