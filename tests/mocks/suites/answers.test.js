/** The application's functions: what they return, throw, or promise. */
import { ConnectionLostError, WebSocket } from 'holdfast-ws';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serve } from './server.js';
import { next, open, QUICK } from './support.js';

const LONG = { timeout: 20_000 };
const NOBODY = 'ws://127.0.0.1:9';
const echo = await serve((send, text) => send(text));

/** The package once more, with nothing started yet. */
function fresh() {
  vi.resetModules();
  return import('holdfast-ws');
}

let reported;
beforeEach(() => {
  reported = [];
  vi.stubGlobal('reportError', (error) => reported.push(`${error}`));
});
afterEach(() => vi.unstubAllGlobals());

test('what a URL function throws is reported once each time it differs, and is on the error event', async () => {
  let asked = 0;
  const { ws } = open(async () => {
    asked += 1;
    throw Error(asked < 4 ? 'first' : 'second');
  });
  const errors = [];
  ws.onerror = ({ error }) => errors.push(error?.message);
  await vi.waitUntil(() => asked > 6, LONG);
  ws.close();
  expect(reported).toEqual(['Error: first', 'Error: second']);
  expect(errors.slice(0, 5)).toEqual(['first', 'first', 'first', 'second', 'second']);
});

test('so is what it gives that is no URL, and a subprotocol that the platform refuses', async () => {
  const urls = ['ftp://x', 5, 'ws://a/#b'];
  let given = 0;
  const { ws } = open(() => urls[Math.min(urls.length - 1, given++)]);
  await vi.waitUntil(() => given > 4, LONG);
  ws.close();
  expect(reported.length).toBe(3);
  expect(reported[1]).toContain('url() gave neither a string nor a URL');
  reported.length = 0;
  let asked = 0;
  const refused = new WebSocket(
    NOBODY,
    () => {
      asked += 1;
      return ['bearer.a+b/c=='];
    },
    QUICK,
  );
  await vi.waitUntil(() => asked > 3, LONG);
  refused.close();
  expect(reported.length).toBe(1);
  expect(reported[0]).toMatch(/Syntax/);
});

test('a URL function that rejects beside a protocols function that throws leaves no rejection unhandled', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  let asked = 0;
  const ws = new WebSocket(
    async () => {
      throw Error('url');
    },
    () => {
      asked += 1;
      throw Error('protocols');
    },
    QUICK,
  );
  await vi.waitUntil(() => asked > 2, LONG);
  ws.close();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

for (const nothing of [undefined, null])
  test(`a protocols function that gives ${nothing} offers none`, async () => {
    const offered = vi.fn();
    const url = await serve(
      () => {},
      (_, socket) => offered(socket.protocol),
    );
    const ws = new WebSocket(url, () => nothing, QUICK);
    await next(ws, 'open');
    expect([ws.protocol, offered.mock.calls]).toEqual(['', [['']]]);
    ws.close();
  });

test('an asynchronous ping is reported once, and nothing is sent for it', async () => {
  const received = vi.fn();
  const url = await serve((_, text) => received(text));
  const ping = async () => 'ping';
  const ws = new WebSocket(url, [], { ...QUICK, heartbeat: { interval: 100, timeout: 200, ping } });
  await next(ws, 'open');
  await vi.waitUntil(() => reported.length > 0, LONG);
  await new Promise((done) => setTimeout(done, 500));
  ws.close();
  expect(reported).toEqual(['TypeError: holdfast-ws: heartbeat.ping must answer at once, and gave a promise']);
  expect(received).not.toHaveBeenCalled();
});

test('with an asynchronous pong any message is a sign of life, and all are delivered', async () => {
  const pong = async (data) => data === 'ping';
  const ws = new WebSocket(echo, [], { ...QUICK, heartbeat: { interval: 100, timeout: 2_000, pong } });
  const received = vi.fn();
  ws.onmessage = ({ data }) => received(data);
  await next(ws, 'open');
  ws.send('x');
  await vi.waitUntil(() => received.mock.calls.length > 3, LONG);
  expect(received.mock.calls.slice(0, 2)).toEqual([['x'], ['ping']]);
  expect(ws.stats().connections).toBe(1);
  ws.close();
  expect(reported).toEqual(['TypeError: holdfast-ws: heartbeat.pong must answer at once, and gave a promise']);
});

test('an asynchronous shouldReconnect is reported once, and another attempt is made', async () => {
  const shouldReconnect = vi.fn(async () => false);
  const ws = new WebSocket(NOBODY, [], { reconnect: { ...QUICK.reconnect, shouldReconnect } });
  await vi.waitUntil(() => shouldReconnect.mock.calls.length > 2, LONG);
  ws.close();
  expect(reported).toEqual(['TypeError: holdfast-ws: reconnect.shouldReconnect must answer at once, and gave a promise']);
});

test('an asynchronous encode rejects the request; an asynchronous decode and resume are reported once', async () => {
  const wrong = new WebSocket(echo, [], { ...QUICK, request: { protocol: { encode: async () => 'x', decode() {} } } });
  await expect(wrong.request({})).rejects.toThrow('encode must answer at once');
  wrong.close();
  const protocol = { encode: () => 'question', decode: async () => ({ id: 1 }) };
  const ws = new WebSocket(echo, [], { ...QUICK, resume: async () => 'token', request: { protocol, timeout: 500 } });
  const received = vi.fn();
  ws.onmessage = ({ data }) => received(data);
  await next(ws, 'open');
  const unanswered = [ws.request({}), ws.request({})];
  await vi.waitUntil(() => received.mock.calls.length === 2, LONG);
  expect(received.mock.calls).toEqual([['question'], ['question']]);
  expect(reported.map((text) => /holdfast-ws: (\S+)/.exec(text)[1]).sort()).toEqual(['request.protocol.decode', 'resume']);
  for (const request of unanswered) await expect(request).rejects.toThrow('No reply');
  ws.close();
});

test('a request says whether it was sent', async () => {
  const silent = await serve(() => {});
  const early = new WebSocket(NOBODY, [], QUICK);
  const waiting = [early.request({}, { timeout: 100 }), early.request({})].map((request) => request.catch((error) => error));
  expect([(await waiting[0]).name, (await waiting[0]).sent]).toEqual(['TimeoutError', false]);
  early.close();
  expect([(await waiting[1]) instanceof ConnectionLostError, (await waiting[1]).sent]).toEqual([true, false]);
  const ws = new WebSocket(silent, [], QUICK);
  const before = ws.request({}).catch((error) => error);
  await next(ws, 'open');
  const after = ws.request({}, { timeout: 100 }).catch((error) => error);
  expect([(await after).name, (await after).sent]).toEqual(['TimeoutError', true]);
  ws.reconnect();
  expect([(await before).name, (await before).sent]).toEqual(['ConnectionLostError', true]);
  ws.close();
});

test('a request or a stream that runs out of time is cancelled at the server, one that was never sent is not', async () => {
  const received = [];
  const url = await serve((_, text) => received.push(text));
  const protocol = { encode: (_id, body) => body, decode() {}, cancel: () => 'cancel' };
  const ws = new WebSocket(url, [], { ...QUICK, request: { protocol, timeout: 200 } });
  await next(ws, 'open');
  await expect(ws.stream('stream').next()).rejects.toThrow('No reply');
  await expect(ws.request('request')).rejects.toThrow('No reply');
  await vi.waitUntil(() => received.length === 4, LONG);
  expect(received).toEqual(['stream', 'cancel', 'request', 'cancel']);
  ws.close();
  const early = new WebSocket(NOBODY, [], { ...QUICK, request: { protocol, timeout: 100 } });
  await expect(early.request('never')).rejects.toThrow('No reply');
  early.close();
});

test('trySend sends now or never', async () => {
  const received = [];
  const url = await serve((_, text) => received.push(text));
  for (const options of [QUICK, { reconnect: false }]) {
    const ws = new WebSocket(url, [], options);
    expect(ws.trySend('early')).toBe(false);
    await next(ws, 'open');
    expect(ws.trySend('now')).toBe(true);
    await vi.waitUntil(() => received.length === 1, LONG);
    ws.close();
    expect(ws.trySend('late')).toBe(false);
    expect(received.splice(0)).toEqual(['now']);
  }
});

test('onstatuschange and onreconnecting are handlers like the others', async () => {
  const ws = new WebSocket(NOBODY, [], QUICK);
  expect([ws.onstatuschange, ws.onreconnecting]).toEqual([null, null]);
  const received = [];
  ws.onstatuschange = ({ type, status }) => received.push([type, status]);
  ws.onreconnecting = ({ type, attempt }) => received.push([type, attempt]);
  await vi.waitUntil(() => received.length > 2, LONG);
  ws.close();
  expect(received).toContainEqual(['reconnecting', 1]);
  expect(received).toContainEqual(['statuschange', 'waiting']);
});

test('options may stand in the second place', () => {
  const make = (options) => new WebSocket(NOBODY, options).close();
  make({ heartbeat: {} });
  make(JSON.parse('{"queue":false}'));
  expect(() => make({ heartbeet: {} })).toThrow('option heartbeet is unknown');
  expect(() => make(JSON.parse('{"__proto__":{"reconnect":false}}'))).toThrow('option __proto__ is unknown');
  expect(() => new WebSocket(NOBODY, [], JSON.parse('{"queue":{"__proto__":{"maxBytes":1}}}'))).toThrow(
    'option queue.__proto__ is unknown',
  );
  expect(() => new (WebSocket.with({ reconnect: false }))(NOBODY, {})).toThrow();
});

test('messages of wrong options and refusals say what was given', async () => {
  const thrown = (options) => {
    try {
      new WebSocket(NOBODY, [], options).close();
    } catch ({ name, message }) {
      return `${name}: ${message}`;
    }
  };
  expect(thrown({ reconnect: { maxDelay: 30 } })).toBe(
    'TypeError: holdfast-ws: option reconnect.maxDelay 30 is below reconnect.minDelay 500; both are in milliseconds',
  );
  for (const maxAttempts of [0, -1, 'x'])
    expect(thrown({ reconnect: { maxAttempts } })).toBe(
      'TypeError: holdfast-ws: option reconnect.maxAttempts takes 1 or more, or Infinity',
    );
  for (const on of [{ heartbeat: true }, { reconnect: true }, { queue: true }]) expect(thrown(on)).toBe(undefined);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  thrown({ request: { timeout: 5 } });
  thrown({ request: { timeout: 6 } });
  expect(warn.mock.calls).toEqual([['holdfast-ws: option request.timeout is 5 ms; times are in milliseconds']]);
  warn.mockRestore();
  const ws = new WebSocket(NOBODY, [], { ...QUICK, queue: { maxBytes: 10, maxMessages: 2 } });
  expect(() => ws.send('x'.repeat(11))).toThrow('A message of 11 bytes is more than queue.maxBytes, 10.');
  ws.send('a');
  ws.send('b');
  expect(() => ws.send('c')).toThrow('The queue is full: queue.maxMessages is 2, queue.maxBytes 10.');
  ws.close();
  const plain = new WebSocket(NOBODY, [], { reconnect: false });
  await expect(plain.request({})).rejects.toThrow('with reconnect: false nothing waits until it is');
  plain.close();
});

test('a reply that does not match its schema says the first issue', async () => {
  const ws = new WebSocket(echo, [], QUICK);
  const issues = [{ message: 'Expected number', path: ['user', { key: 'age' }] }, { message: 'more' }];
  const schema = { '~standard': { version: 1, vendor: 'x', validate: () => ({ issues }) } };
  await expect(ws.request({}, { schema })).rejects.toThrow('does not match its schema: user.age: Expected number');
  ws.close();
});

test('with reconnect: false and a URL function, reconnect() is CONNECTING again, and refuses to send', async () => {
  let give;
  const ws = new WebSocket(
    () =>
      new Promise((done) => {
        give = done;
      }),
    [],
    { reconnect: false },
  );
  await vi.waitUntil(() => give, LONG);
  give(echo);
  await next(ws, 'open');
  ws.close();
  await next(ws, 'close');
  expect(ws.readyState).toBe(3);
  give = undefined;
  ws.reconnect();
  await vi.waitUntil(() => give, LONG);
  expect(ws.readyState).toBe(0);
  expect(() => ws.send('x')).toThrow('not open');
  give(echo);
  await next(ws, 'open');
  ws.close();
});

test('without WebAssembly the class says that it is not supported', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  const { WebSocket: Lacking } = await fresh();
  expect(Lacking.supported).toBe(false);
  vi.unstubAllGlobals();
  expect(WebSocket.supported).toBe(true);
});

test('where WebAssembly refuses more than 4 KB at once, the error says so', async () => {
  const { Module } = WebAssembly;
  vi.spyOn(WebAssembly, 'Module').mockImplementation(function Refusing(bytes) {
    if (bytes.byteLength > 4096) throw RangeError('WebAssembly.Compile is disallowed on the main thread');
    return new Module(bytes);
  });
  const { WebSocket: Refused } = await fresh();
  expect(() => new Refused(NOBODY)).toThrow('Chrome before 114');
  expect(Refused.supported).toBe(false);
  vi.restoreAllMocks();
});
