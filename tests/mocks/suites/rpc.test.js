/** JSON-RPC: what servers leave out, and what handlers give that JSON can't say. */
import { WebSocket } from 'holdfast-ws';
import { afterEach, expect, test, vi } from 'vitest';
import { serve } from './server.js';
import { next, QUICK } from './support.js';

const LONG = { timeout: 20_000 };
const RPC = { ...QUICK, request: { protocol: 'json-rpc', timeout: 10_000 } };

afterEach(() => vi.unstubAllGlobals());

for (const [name, change] of Object.entries({
  'the id comes as text': ({ id, ...rest }) => ({ id: `${id}`, ...rest }),
  'jsonrpc is left out': ({ jsonrpc, ...rest }) => rest,
  'both, in a batch': ({ jsonrpc, id, ...rest }) => [{ id: `${id}`, ...rest }],
}))
  test(`a reply is the reply where ${name}; what nobody asked for is a message`, async () => {
    const url = await serve((send, text) => {
      const { jsonrpc, id, method } = JSON.parse(text);
      send(JSON.stringify({ id: '0', result: 'never asked' }));
      send(JSON.stringify({ id: `${id}x`, result: 'another' }));
      send(JSON.stringify(change({ jsonrpc, id, result: method })));
    });
    const ws = new WebSocket(url, [], RPC);
    const received = vi.fn();
    ws.onmessage = ({ data }) => received(JSON.parse(data).result);
    ws.notify('skip');
    expect(await ws.call('get')).toBe('get');
    expect(received.mock.calls.slice(0, 2)).toEqual([['never asked'], ['another']]);
    ws.close();
  });

test('with the protocol id a reply whose id comes as text is the reply', async () => {
  const url = await serve((send, text) => send(JSON.stringify({ ...JSON.parse(text), id: `${JSON.parse(text).id}` })));
  const ws = new WebSocket(url, [], QUICK);
  expect((await ws.request({ get: 'it' })).get).toBe('it');
  ws.close();
});

test('idKey names the id, and a message with another is a message', async () => {
  const url = await serve((send, text) => {
    const { request_id: id, get } = JSON.parse(text);
    send(JSON.stringify({ id, row: 1 }));
    send(JSON.stringify({ request_id: id, got: get }));
  });
  const ws = new WebSocket(url, [], { ...QUICK, request: { idKey: 'request_id' } });
  const received = vi.fn();
  ws.onmessage = ({ data }) => received(JSON.parse(data).row);
  expect((await ws.request({ get: 'it', id: 'mine' })).got).toBe('it');
  expect(received.mock.calls).toEqual([[1]]);
  await expect(ws.request({ request_id: 5 })).rejects.toThrow('without the request_id');
  ws.close();
});

test('a server’s challenge is answered while the connection is being authenticated', async () => {
  const received = [];
  let login;
  const url = await serve((send, text) => {
    const message = JSON.parse(text);
    received.push(message.method ?? message.result);
    if (message.method === 'login') {
      login = message.id;
      send(JSON.stringify({ jsonrpc: '2.0', id: 'c', method: 'challenge', params: [7] }));
    }
    if (message.id === 'c') send(JSON.stringify({ jsonrpc: '2.0', id: login, result: message.result === 'answer 7' }));
  });
  const admitted = vi.fn();
  const ws = new WebSocket(url, [], {
    ...RPC,
    authenticate: async (connection) => admitted(await connection.request({ method: 'login' })),
  });
  ws.handle('challenge', async ([number]) => `answer ${number}`);
  ws.notify('queued');
  await next(ws, 'open');
  expect(admitted.mock.calls).toEqual([[true]]);
  await vi.waitUntil(() => received.length === 3, LONG);
  expect(received).toEqual(['login', 'answer 7', 'queued']);
  ws.close();
});

test('a handler’s result or error that JSON can’t say is answered and reported', async () => {
  const reported = [];
  vi.stubGlobal('reportError', (error) => reported.push(error));
  const circular = {};
  circular.circular = circular;
  const handlers = {
    function: () => () => {},
    symbol: () => Symbol('x'),
    bigint: () => 1n,
    toJSON: () => ({ toJSON: () => undefined }),
    circular: () => circular,
    data: () => {
      throw Object.assign(Error('whole'), { code: 5, data: 1n });
    },
    message: () => {
      throw { code: 6, message: Symbol('x') };
    },
    nothing: () => {
      throw undefined;
    },
    fine: () => 'fine',
  };
  const names = Object.keys(handlers);
  const answers = [];
  const url = await serve(
    (_, text) => answers.push(JSON.parse(text)),
    (send) => {
      for (const method of names) send(JSON.stringify({ jsonrpc: '2.0', id: method, method }));
      send(JSON.stringify(names.map((method) => ({ jsonrpc: '2.0', id: method, method }))));
    },
  );
  const ws = new WebSocket(url, [], RPC);
  for (const [name, handler] of Object.entries(handlers)) ws.handle(name, handler);
  await vi.waitUntil(() => answers.length === names.length + 1, LONG);
  const batch = answers.find(Array.isArray);
  const single = answers.filter((answer) => !Array.isArray(answer));
  for (const all of [batch, single]) {
    expect(all.map(({ id }) => id).sort()).toEqual([...names].sort());
    const codes = Object.fromEntries(all.map(({ id, error, result }) => [id, error?.code ?? result]));
    const failed = Object.fromEntries(names.map((name) => [name, -32603]));
    expect(codes).toEqual({ ...failed, data: 5, message: 6, fine: 'fine' });
  }
  expect(reported.length).toBeGreaterThan(0);
  ws.close();
});

test('a request of a class of its own is refused, one with toJSON is sent as it says, with its id', async () => {
  const received = [];
  const url = await serve((send, text) => {
    received.push(JSON.parse(text));
    send(text);
  });
  const ws = new WebSocket(url, [], QUICK);
  class Point {
    #x = 1;
    get x() {
      return this.#x;
    }
  }
  class Told extends Point {
    toJSON() {
      return { x: this.x };
    }
  }
  await expect(ws.request(new Point())).rejects.toThrow('a request is a plain object');
  await expect(ws.request(new Map())).rejects.toThrow('a request is a plain object');
  await expect(ws.request({ toJSON: () => 5 })).rejects.toThrow('a request is a plain object');
  expect((await ws.request(new Told())).x).toBe(1);
  expect((await ws.request({ y: 2, toJSON: () => ({ z: 3 }) })).z).toBe(3);
  expect((await ws.request(Object.assign(Object.create(null), { n: 1 }))).n).toBe(1);
  expect(received.map(({ id, ...rest }) => [typeof id, rest])).toEqual([
    ['number', { x: 1 }],
    ['number', { z: 3 }],
    ['number', { n: 1 }],
  ]);
  ws.close();
});
