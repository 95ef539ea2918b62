/** Servers that speak a protocol, with the real clients of these protocols. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { Centrifuge } from 'centrifuge';
import { createClient } from 'graphql-ws';
import { JSONRPCClient } from 'json-rpc-2.0';
import { world } from '../../pkg/dist/testing.mjs';

const HOST = 'wss://api.test';

/** An installed world, for clients that have timers of their own. */
function installedWorld(t) {
  const w = world();
  w.install();
  t.after(() => w.dispose({ leaks: 'ignore' }));
  return w;
}

describe('JSON-RPC', () => {
  const methods = {
    add: ([a, b]) => a + b,
    whoami: (_, connection) => new URL(connection.url).searchParams.get('user'),
    fail() {
      throw Object.assign(Error('no such room'), { code: 404, data: { room: 'lobby' } });
    },
  };

  test('calls of the class are answered: results, errors with their code, and methods that don’t exist', async () => {
    const w = world();
    w.server(`${HOST}/rpc`).speak('json-rpc', methods);
    const ws = new w.WebSocket(`${HOST}/rpc?user=ann`, [], { request: { protocol: 'json-rpc' } });
    assert.equal(await w.run(ws.call('add', [2, 3])), 5);
    assert.equal(await w.run(() => ws.call('whoami')), 'ann');
    const errors = { fail: { code: 404, message: 'no such room' }, gone: { code: -32_601, message: 'Method not found' } };
    for (const [method, error] of Object.entries(errors)) await assert.rejects(w.run(ws.call(method)), error);
    ws.close();
    await w.advance(1_000);
    w.dispose();
  });

  test('another client works with it, in batches too; and what is no call is told so', async () => {
    const w = world();
    w.server(`${HOST}/rpc`).speak('json-rpc', methods);
    const ws = new w.NativeWebSocket(`${HOST}/rpc`);
    await w.until(() => ws.readyState === 1);
    const client = new JSONRPCClient((request) => ws.send(JSON.stringify(request)));
    const others = [];
    ws.onmessage = ({ data }) => {
      const reply = JSON.parse(data);
      if ([reply].flat().every(({ id }) => id === null)) others.push(reply.error.code);
      else client.receive(reply);
    };
    assert.equal(await w.run(client.request('add', [1, 1])), 2);
    const batch = ['a', 'b'].map((id) => ({ jsonrpc: '2.0', id, method: 'add', params: [1, 2] }));
    const replies = await w.run(client.requestAdvanced(batch));
    assert.deepEqual(
      replies.map(({ result }) => result),
      [3, 3],
    );
    for (const text of ['{', '5', '[]']) ws.send(text);
    await w.advance(100);
    assert.deepEqual(others, [-32_700, -32_600, -32_600]);
  });
});

test('graphql-ws: a query, a subscription that the client ends, and an error', async (t) => {
  const w = installedWorld(t);
  const ended = [];
  let server;
  async function* ticks() {
    try {
      for (let tick = 1; ; tick += 1) {
        await new Promise((done) => server.after(1_000, done));
        yield { data: { tick } };
      }
    } finally {
      ended.push('ticks');
    }
  }
  server = w.server(`${HOST}/graphql`);
  server.speak('graphql-ws', ({ query, variables }) => {
    if (query.startsWith('subscription')) return ticks();
    if (query.includes('broken')) throw Error('a broken query');
    return { data: { hello: variables.name } };
  });
  const client = createClient({ url: `${HOST}/graphql`, webSocketImpl: w.WebSocket.with({ reconnect: false }) });
  const ask = async (payload) => {
    for await (const result of client.iterate(payload)) return result;
  };
  assert.deepEqual(await w.run(ask({ query: 'query { hello }', variables: { name: 'ann' } })), { data: { hello: 'ann' } });
  const seen = [];
  await w.run(async () => {
    for await (const { data } of client.iterate({ query: 'subscription { tick }' })) {
      seen.push(data.tick);
      if (data.tick === 3) break;
    }
  });
  assert.deepEqual(seen, [1, 2, 3]);
  await w.advance(2_000);
  assert.deepEqual(ended, ['ticks']);
  await assert.rejects(w.run(ask({ query: 'query { broken }' })), (errors) => errors[0].message === 'a broken query');
  client.dispose();
  await w.advance(5_000);
});

test('Socket.IO: events both ways, acknowledgements, namespaces, and a connection that lives for an hour', async (t) => {
  const w = installedWorld(t);
  const said = [];
  const io = w.server(`${HOST}/socket.io/`).speak('socket.io', (socket) => {
    socket.on('say', (text, done) => {
      said.push([socket.namespace, socket.auth.name, text]);
      done('heard');
    });
    socket.emit('welcome', { id: socket.id });
  });
  // It looks for the class when it is imported.
  const [{ Manager }, { WebSocket }] = await Promise.all([import('socket.io-client'), import('engine.io-client')]);
  const manager = new Manager(HOST, { transports: [WebSocket] });
  const welcomed = [];
  const sockets = ['/', '/admin'].map((namespace) => manager.socket(namespace, { auth: { name: 'ann' } }));
  for (const socket of sockets) socket.on('welcome', ({ id }) => welcomed.push(id === socket.id));
  await w.until(() => sockets.every(({ connected }) => connected));
  assert.equal(await w.run(sockets[0].emitWithAck('say', 'hello')), 'heard');
  assert.equal(await w.run(sockets[1].emitWithAck('say', 'hi')), 'heard');
  assert.deepEqual(said, [
    ['/', 'ann', 'hello'],
    ['/admin', 'ann', 'hi'],
  ]);
  assert.deepEqual(welcomed, [true, true]);
  const news = [];
  sockets[0].on('news', (text) => news.push(text));
  await w.advance(3_600_000);
  io.emit('news', 'an hour');
  await w.advance(100);
  assert.deepEqual(news, ['an hour']);
  w.network.cut();
  await w.until(() => !sockets[0].connected);
  await w.until(() => sockets[0].connected);
  sockets[0].disconnect();
  await w.advance(1_000);
  assert.equal(io.sockets.length, 1);
  manager._close();
});

test('Pusher: channels, presence, events of clients, and pings', async (t) => {
  const w = installedWorld(t);
  const pusher = w.server(`${HOST}/app/key`).speak('pusher');
  globalThis.self ??= globalThis;
  const Pusher = createRequire(import.meta.url)('pusher-js/worker');
  const connect = (name) =>
    new Pusher('key', {
      cluster: 'eu',
      wsHost: 'api.test',
      forceTLS: true,
      enabledTransports: ['ws', 'wss'],
      enableStats: false,
      channelAuthorization: {
        customHandler: (_, done) =>
          done(null, { auth: 'key:good', channel_data: JSON.stringify({ user_id: name, user_info: { name } }) }),
      },
    });
  const [ann, ben] = ['ann', 'ben'].map(connect);
  const news = [];
  ann.subscribe('news').bind('headline', (data) => news.push(data));
  const [room, other] = [ann, ben].map((client) => client.subscribe('presence-room'));
  const typing = [];
  room.bind('client-typing', (data) => typing.push(data));
  await w.until(() => pusher.subscribers('news') === 1 && pusher.subscribers('presence-room') === 2);
  await w.advance(1_000);
  assert.equal(room.members.count, 2);
  pusher.trigger('news', 'headline', { title: 'It works' });
  other.trigger('client-typing', { who: 'ben' });
  await w.advance(1_000);
  assert.deepEqual([news, typing], [[{ title: 'It works' }], [{ who: 'ben' }]]);
  ben.disconnect();
  await w.advance(600_000);
  assert.equal(room.members.count, 1);
  assert.equal(ann.connection.state, 'connected');
  ann.disconnect();
  await w.advance(1_000);
});

test('Centrifugo: subscriptions, publications, calls, and pings of the server', async (t) => {
  const w = installedWorld(t);
  const server = w.server(`${HOST}/connection/websocket`).speak('centrifugo', {
    rpc: (method, data) => ({ method, ...data }),
  });
  const client = new Centrifuge(`${HOST}/connection/websocket`, { websocket: w.WebSocket.with({ reconnect: false }) });
  const heard = [];
  const news = client.newSubscription('news');
  news.on('publication', ({ data }) => heard.push(data));
  news.subscribe();
  client.connect();
  await w.until(() => server.subscribers('news') === 1);
  server.publish('news', { title: 'It works' });
  await w.run(news.publish({ title: 'by a client' }));
  await w.advance(1_000);
  assert.deepEqual(heard, [{ title: 'It works' }, { title: 'by a client' }]);
  const { data } = await w.run(client.rpc('time', { zone: 'UTC' }));
  assert.deepEqual(data, { method: 'time', zone: 'UTC' });
  await w.advance(3_600_000);
  assert.equal(client.state, 'connected');
  assert.equal(w.servers[0].connections.length, 1, 'it was never away');
  client.disconnect();
  await w.advance(10_000);
  assert.equal(server.subscribers('news'), 0);
});

test('a protocol that there is not is a TypeError that names those that there are', () => {
  const w = world();
  const server = w.server(`${HOST}/live`);
  assert.throws(() => server.speak('mqtt'), /speak\(\) takes json-rpc, graphql-ws, socket.io, pusher, centrifugo, not mqtt/);
  assert.throws(() => server.speak('toString'), /not toString/);
  assert.throws(() => server.speak('json-rpc', { add: 5 }), /speak\('json-rpc'\): add takes a function/);
  w.dispose();
});
