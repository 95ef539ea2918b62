/** Values of the application's functions that can't even be looked at: proxies, getters that throw, symbols. */
import { WebSocket } from 'holdfast-ws';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { binary, serve } from './server.js';
import { next, QUICK } from './support.js';

const LONG = { timeout: 20_000 };

let reported;
beforeEach(() => {
  reported = [];
  vi.stubGlobal('reportError', (error) => reported.push(error));
});
afterEach(() => vi.unstubAllGlobals());

/** A proxy that throws, whatever is asked of it. */
function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const circular = {};
circular.self = circular;

/** Nobody can tell whether it is a promise. */
const unreadable = Object.defineProperty({}, 'then', {
  get() {
    throw Error('no');
  },
});

// biome-ignore format: one line each
/** By what is thrown or given: the code of the error that the server is told; `undefined` for a result. */
const HANDLERS = {
  'throws a revoked proxy': [-32603, () => { throw revoked(); }],
  'throws what has no code to read': [-32603, () => { throw { get code() { throw Error('no'); } }; }],
  'throws what has no message to read': [-32603, () => { throw { code: 5, get message() { throw Error('no'); } }; }],
  'throws a symbol': [-32603, () => { throw Symbol('x'); }],
  'throws nothing': [-32603, async () => { throw undefined; }],
  'throws data that is no JSON': [7, () => { throw Object.assign(Error('x'), { code: 7, data: circular }); }],
  'throws data whose toJSON throws': [7, () => { throw Object.assign(Error('x'), { code: 7, data: { toJSON: revoked } }); }],
  'gives a bigint': [-32603, () => 5n],
  'gives a circle': [-32603, async () => circular],
  'gives a revoked proxy': [-32603, () => revoked()],
  'gives a symbol': [-32603, () => Symbol('x')],
  'gives what is no promise': [-32603, () => unreadable],
  'gives what JSON leaves out': [-32603, () => ({ toJSON() {} })],
  'gives a proxy': [undefined, () => new Proxy({ a: 1 }, {})],
  'gives nothing': [undefined, () => {}],
};

test('a call of the server’s is answered whatever its handler throws or gives, alone and in a batch', async () => {
  const answers = [];
  const names = Object.keys(HANDLERS);
  const calls = names.map((method, id) => ({ jsonrpc: '2.0', id, method }));
  const url = await serve(
    (_, text) => answers.push(JSON.parse(text)),
    (send) => {
      for (const call of calls) send(JSON.stringify(call));
      send(JSON.stringify(calls));
    },
  );
  const ws = new WebSocket(url, [], { ...QUICK, request: { protocol: 'json-rpc' } });
  for (const name of names) ws.handle(name, HANDLERS[name][1]);
  await vi.waitUntil(() => answers.length === names.length + 1, LONG);
  const batch = answers.find(Array.isArray);
  for (const list of [batch, answers.filter((answer) => answer !== batch)]) {
    const codes = list.map(({ id, error }) => [names[id], error?.code]);
    expect(Object.fromEntries(codes)).toEqual(Object.fromEntries(names.map((name) => [name, HANDLERS[name][0]])));
  }
  ws.close();
});

for (const [what, thrown] of [
  ['a symbol', Symbol('x')],
  ['an object without prototype', Object.create(null)],
  ['a revoked proxy', revoked()],
])
  test(`a URL function that throws ${what} is asked again, and it is reported once`, async () => {
    let asked = 0;
    const ws = new WebSocket(async () => {
      asked += 1;
      throw thrown;
    }, QUICK);
    await vi.waitUntil(() => asked > 2, LONG);
    ws.close();
    expect(reported.length).toBe(1);
  });

test('a ping that can’t be sent is reported, and a null is none', async () => {
  const received = vi.fn();
  const url = await serve((_, text) => received(text));
  const pings = [Symbol('x'), revoked(), null, 'ping'];
  const ping = () => (pings.length > 1 ? pings.shift() : pings[0]);
  const ws = new WebSocket(url, [], { ...QUICK, heartbeat: { interval: 100, timeout: 20_000, ping } });
  await vi.waitUntil(() => received.mock.calls.length > 0, LONG);
  ws.close();
  expect(reported.map(({ name }) => name)).toEqual(['TypeError', 'TypeError']);
  expect(received.mock.calls[0]).toEqual(['ping']);
});

test('an answer of pong or shouldReconnect that can’t be looked at is an answer', async () => {
  const url = await serve((send, text, socket) => (text === 'end' ? socket.close(4000) : send(text)));
  const ws = new WebSocket(url, [], {
    reconnect: { ...QUICK.reconnect, shouldReconnect: () => revoked() },
    heartbeat: { interval: 100, timeout: 20_000, pong: (data) => data === 'ping' && revoked() },
  });
  await vi.waitUntil(() => ws.stats().pongs > 1, LONG);
  ws.send('end');
  await vi.waitUntil(() => ws.stats().connections === 2, LONG);
  ws.close();
  expect(reported).toEqual([]);
});

test('what toJSON gives is the request, with its id, though it has a toJSON of its own', async () => {
  const url = await serve((send, text) => send(text));
  const ws = new WebSocket(url, [], QUICK);
  const inner = { b: 1, toJSON: () => ({ c: 1 }) };
  expect(await ws.request({ a: 1, toJSON: () => inner })).toMatchObject({ b: 1 });
  ws.close();
});

test('a protocols function that gives false offers none', async () => {
  const url = await serve(() => {});
  const ws = new WebSocket(url, () => false, QUICK);
  await next(ws, 'open');
  expect(ws.protocol).toBe('');
  ws.close();
});

for (const options of [{}, Object.create(null), Object.freeze({ queue: {} })])
  test(`a plain object in second place is the options: ${Object.keys(options)}`, async () => {
    const ws = new WebSocket(await serve(() => {}), options);
    await next(ws, 'open');
    ws.close();
  });

for (const binaryType of ['blob', 'arraybuffer'])
  test(`a call of the server’s in a binary frame is answered: ${binaryType}`, async () => {
    const answers = [];
    const url = await serve(
      (_, text) => answers.push(text),
      (send) => {
        send(binary({ jsonrpc: '2.0', id: 1, method: 'add' }));
        send('behind');
      },
    );
    const ws = new WebSocket(url, [], { ...QUICK, request: { protocol: 'json-rpc' } });
    ws.binaryType = binaryType;
    ws.handle('add', () => 5);
    const received = vi.fn();
    ws.onmessage = ({ data }) => received(data);
    await vi.waitUntil(() => answers.length && received.mock.calls.length, LONG);
    expect([answers, received.mock.calls]).toEqual([['{"jsonrpc":"2.0","id":1,"result":5}'], [['behind']]]);
    ws.close();
  });

for (const [how, end] of [
  ['reconnect()', (ws) => ws.reconnect()],
  ['the heartbeat', () => {}],
])
  test(`messages behind a Blob that is being read come before the close that ${how} makes`, async () => {
    let connections = 0;
    const url = await serve(
      () => {},
      (send) => {
        if (connections++) return;
        send(binary('blob'));
        send('behind');
      },
    );
    const reading = vi.spyOn(Blob.prototype, 'text').mockImplementation(() => new Promise(() => {}));
    const heartbeat = { interval: 500, timeout: 500 };
    const ws = new WebSocket(url, [], { ...QUICK, heartbeat, request: { timeout: 20_000 } });
    const received = [];
    ws.onmessage = ({ data }) => received.push(typeof data);
    ws.onclose = () => received.push('close');
    const asked = ws.request({}).catch(() => {});
    await vi.waitUntil(() => reading.mock.calls.length > 0, LONG);
    // The one behind it has come as well.
    await new Promise((done) => setTimeout(done, 300));
    end(ws);
    await asked;
    await vi.waitUntil(() => received.includes('close'), LONG);
    expect(received).toEqual(['object', 'string', 'close']);
    reading.mockRestore();
    ws.close();
  });
