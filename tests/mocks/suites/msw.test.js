/** MSW as its documentation has it: https://mswjs.io/docs/websocket/ */
import { WebSocket } from 'holdfast-ws';
import { ws as link } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isAt, next, open, QUICK } from './support.js';

const chat = link.link('wss://chat.example.com');
const server = setupServer(
  chat.addEventListener('connection', ({ client }) => {
    client.addEventListener('message', ({ data }) => client.send(`echo ${data}`));
  }),
);
const Platform = globalThis.WebSocket;

beforeAll(() => server.listen());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test('a handler hears what is sent before open, and its answer is a message of our socket', async () => {
  const { ws } = open('wss://chat.example.com');
  ws.send('hello');
  const opened = await next(ws, 'open');
  expect(opened.type).toBe('open');
  const message = await new Promise((done) => {
    ws.onmessage = (event) => done([event.data, isAt(event, ws), event instanceof MessageEvent]);
  });
  expect(message).toEqual(['echo hello', true, true]);
  ws.close();
  const closed = await next(ws, 'close');
  expect([closed.code, closed.willReconnect, closed.target]).toEqual([1000, false, ws]);
});

test('a connection that the mock closes is made again, and each listener hears each event once', async () => {
  let connections = 0;
  server.use(
    chat.addEventListener('connection', ({ client }) => {
      connections += 1;
      if (connections === 1) client.close(3001, 'again');
      else client.send('welcome back');
    }),
  );
  const { ws, received } = open('wss://chat.example.com');
  await next(ws, 'message');
  expect(connections).toBe(2);
  expect(received.at(-1)).toEqual(['message', 'welcome back']);
  expect(received.filter(([type]) => type === 'close')).toEqual([['close', 3001]]);
  ws.close();
  await next(ws, 'close');
});

test('a request gets its reply from a handler', async () => {
  server.use(
    chat.addEventListener('connection', ({ client }) => {
      client.addEventListener('message', ({ data }) => client.send(JSON.stringify({ id: JSON.parse(data).id, ok: true })));
    }),
  );
  const { ws } = open('wss://chat.example.com');
  expect((await ws.request({ get: 'it' })).ok).toBe(true);
  ws.close();
});

test('the class without reconnection is mocked too', async () => {
  const ws = new (WebSocket.with({ reconnect: false }))('wss://chat.example.com');
  const opened = await new Promise((done) => ws.addEventListener('open', (event) => done(isAt(event, ws))));
  expect(opened).toBe(true);
  ws.close();
  expect((await next(ws, 'close')).target).toBe(ws);
});

test('with a class of ours installed in globalThis and the mock around it, there is no endless call', async () => {
  server.close();
  let made = 0;
  globalThis.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      made += 1;
    }
  };
  try {
    server.listen({ onUnhandledRequest: 'bypass' });
    const outer = new globalThis.WebSocket('wss://chat.example.com');
    outer.addEventListener('open', () => outer.send('a'));
    expect((await next(outer, 'message')).data).toBe('echo a');
    const passed = new globalThis.WebSocket('ws://127.0.0.1:9');
    await next(passed, 'error');
    expect(made).toBe(1);
    passed.close();
  } finally {
    server.close();
    globalThis.WebSocket = Platform;
    server.listen();
  }
});

test('with our very class installed in globalThis and the mock around it, our sockets are mocked', async () => {
  server.close();
  globalThis.WebSocket = WebSocket;
  try {
    server.listen({ onUnhandledRequest: 'bypass' });
    const { ws } = open('wss://chat.example.com');
    ws.send('b');
    expect((await next(ws, 'message')).data).toBe('echo b');
    ws.close();
    // Not handled: it goes on to the class beneath, once.
    const passed = new WebSocket('ws://127.0.0.1:9', [], { ...QUICK, reconnect: { ...QUICK.reconnect, maxAttempts: 1 } });
    await new Promise((done) => passed.addEventListener('close', (event) => event.willReconnect || done()));
    expect(passed.stats().attempts).toBeLessThan(3);
  } finally {
    server.close();
    globalThis.WebSocket = Platform;
    server.listen();
  }
});
