/** Abilities that only NATS has: permissions, members in a bucket, a cluster, and lines that publish. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../package/support/server.mjs';
import { swap } from '../push/support/docs.mjs';
import { Stage } from '../push/support/stage.mjs';
import { nats, natsCluster } from './drivers/nats.mjs';
import { ChannelError, entry, LIMIT_MS, numbered, openBus, publisher, Record, subscribe } from './support/bus.mjs';
import { codeUnder } from './support/docs.mjs';
import { tokens } from './support/jwt.mjs';

const onStage = (name, driver, options, run) =>
  test(name, { timeout: 240_000 }, async () => {
    const stage = new Stage();
    try {
      await run({ stage, broker: await driver.start(stage, options) });
    } catch (error) {
      if (error instanceof Error) error.message += `\nThe servers printed last:\n${stage.lastWords}`;
      throw error;
    } finally {
      await stage.end();
    }
  });

onStage('the lines of the page publish, and their answer is the position', nats, {}, async (world) => {
  const news = await subscribe(openBus(world), 'news');
  const [code] = codeUnder('Publish to NATS', 'js');
  const own = swap(code.replace(/^import .*$/m, ''), { 4222: String(world.broker.ports()[0]) });
  const publish = new Function('connect', `${own}\nreturn publish;`)(connect);
  const { stream, seq } = await publish('news', 'a');
  const [{ data, position }] = await news.until('message');
  assert.deepEqual([stream, data, position.offset], ['CHANNELS', 'a', seq]);
});

onStage('a user may do what the page’s permissions allow, and no more', nats, { guarded: true }, async (world) => {
  const options = { via: world.broker.via({ login: 'password', user: 'page' }), token: () => 'the page' };
  const bus = openBus(world, options);
  const room = await subscribe(bus, 'rooms.1', { presence: { user: 'page', data: 'x' } });
  const [{ user }] = await room.until('join');
  assert.equal(user, 'page');
  await room.channel.publish('hello');
  await room.until('message');
  const secret = new Record(bus.channel('secret'));
  const [{ reason, retryIn }] = await secret.until('refused');
  assert.match(String(reason), /Permissions Violation/);
  assert.equal(retryIn ?? undefined, undefined);
  const other = new Record(bus.channel('rooms.2', { presence: { user: 'somebody else', data: 'x' } }));
  await other.until('refused');
  const news = await subscribe(bus, 'news');
  await assert.rejects(news.channel.publish('x'), /Permissions Violation/);
  assert.deepEqual(room.of('refused'), []);
});

onStage('a token that is refused is asked for again', nats, { guarded: true }, async (world) => {
  const tokens = ['wrong', 'wrong again', 'the page'];
  const bus = openBus(world, {
    via: world.broker.via({ login: 'password', user: 'page' }),
    token: () => tokens.shift() ?? assert.fail('asked without need'),
  });
  const reasons = [];
  bus.on('refused', ({ reason }) => reasons.push(reason));
  await subscribe(bus, 'news');
  assert.deepEqual(tokens, []);
  assert.deepEqual(reasons, ['Authorization Violation', 'Authorization Violation']);
});

onStage('a login that is refused without another token is told with the reason', nats, { guarded: true }, async (world) => {
  const bus = openBus(world);
  const reasons = [];
  bus.on('refused', ({ reason }) => reasons.push(reason));
  bus.channel('news');
  await until(() => reasons.length, LIMIT_MS, 'the reason');
  assert.equal(reasons[0], 'Authorization Violation');
});

test('a token that expires is replaced by another one: nothing is lost, and the page is told', {
  timeout: 240_000,
}, async () => {
  const stage = new Stage();
  try {
    const { config, user } = tokens();
    const broker = await nats.start(stage, { config, login: { jwt: user() } });
    let asked = 0;
    const token = () => {
      asked += 1;
      return user(3);
    };
    const bus = openBus({ stage, broker }, { via: broker.via({ login: 'jwt' }), token });
    const reasons = [];
    bus.on('refused', ({ reason }) => reasons.push(reason));
    const news = await subscribe(bus, 'news');
    const publish = publisher(broker, 'news');
    while (asked < 3) await publish(1);
    await publish(1);
    await news.until('message', publish.count);
    assert.deepEqual(news.texts, publish.all());
    assert.deepEqual(news.of('gap'), []);
    assert.equal(reasons[0], 'User Authentication Expired');
  } finally {
    await stage.end();
  }
});

onStage(
  'a socket of the application’s is the connection: its token first, again after a loss, and anew if it is open',
  nats,
  {
    guarded: true,
  },
  async (world) => {
    const { Channels } = await entry('channels');
    const { WebSocket } = await entry('index');
    const socket = new WebSocket(world.broker.url, {
      heartbeat: { interval: 500, timeout: 5_000, ping: 'PING\r\n' },
      reconnect: { minDelay: 50, maxDelay: 300 },
    });
    // Its greeting has passed by.
    await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
    const token = async () => {
      await sleep(300);
      return 'the page';
    };
    const bus = new Channels(socket, { via: world.broker.via({ login: 'password', user: 'page' }), token });
    world.stage.atEnd(() => bus.close());
    const news = await subscribe(bus, 'news');
    const publish = publisher(world.broker, 'news');
    await publish(5);
    await news.until('message', 5);
    world.broker.relay.drop();
    await publish(5);
    await news.until('message', 10);
    assert.deepEqual(news.texts, numbered(10));
    const [, { recovered }] = await news.until('subscribed', 2);
    assert.equal(recovered, true);
    bus.close();
    await until(() => socket.readyState === 3, LIMIT_MS, 'the end of the socket');
  },
);

onStage('a state that is older than the subscription is followed by what is between', nats, {}, async (world) => {
  const publish = publisher(world.broker, 'news');
  const first = await subscribe(openBus(world), 'news');
  await publish(5);
  await first.until('message', 5);
  const { position } = first.channel;
  await publish(5);
  const late = await subscribe(openBus(world), 'news', { load: async () => ({ state: 'old', position }) });
  await publish(1);
  await late.until('message', 6);
  assert.deepEqual(late.texts, numbered(6, 6));
});

onStage('a load() that never settles is reported, called again, and then live messages follow', nats, {}, async (world) => {
  const reported = [];
  // Node has none.
  globalThis.reportError = (error) => reported.push(error);
  world.stage.atEnd(() => {
    delete globalThis.reportError;
  });
  let calls = 0;
  const load = () => {
    calls += 1;
    return calls === 1 ? new Promise(() => {}) : Promise.resolve({ state: calls });
  };
  const news = new Record(openBus(world).channel('news', { load }));
  await news.until('state');
  await news.until('subscribed');
  const [error, ...more] = reported;
  assert.deepEqual([news.of('state')[0].state, more], [2, []]);
  assert.ok(error instanceof ChannelError);
  assert.equal(error.reason, 'timeout');
  assert.match(error.message, /load\(\) of news has not settled within 10000 ms; it is called again/);
  await world.broker.publish('news', 'live');
  await news.until('message');
});

onStage('one of three servers is killed under traffic: nothing is lost and nothing doubled', natsCluster, {}, async (world) => {
  const { servers, programs } = world.broker;
  const pages = [];
  for (const first of [0, 1, 2]) {
    let turn = first;
    const url = () => `ws://127.0.0.1:${servers[turn++ % 3].web}`;
    const bus = openBus({ ...world, broker: { ...world.broker, url } });
    pages.push(await subscribe(bus, 'news'));
  }
  const publish = publisher(world.broker, 'news');
  await publish(20);
  const traffic = publish(100);
  await programs[0].stop('SIGKILL');
  await traffic;
  for (const page of pages) {
    await page.until('message', 120, LIMIT_MS * 2);
    assert.deepEqual(page.texts, numbered(120));
    assert.deepEqual(page.of('gap'), []);
  }
});

onStage('a thousand channels share one connection, and go on after a restart', nats, {}, async (world) => {
  const bus = openBus(world);
  const records = Array.from({ length: 1_000 }, (_, index) => new Record(bus.channel(`room.${index}`)));
  await until(() => records.every((record) => record.of('subscribed').length), LIMIT_MS, 'a thousand subscriptions');
  await world.broker.restart();
  await until(() => records.every((record) => record.of('subscribed').length > 1), LIMIT_MS, 'a thousand more');
  for (const index of [0, 500, 999]) {
    await world.broker.publish(`room.${index}`, 'a');
    await records[index].until('message');
  }
});

/** Publishes with any headers, as other clients may. */
async function publishRaw(port, subject, fields, text) {
  const socket = connect(port, '127.0.0.1');
  const head = Buffer.from(fields, 'latin1');
  socket.write('CONNECT {"verbose":false,"headers":true}\r\n');
  socket.write(`HPUB ${subject} ${head.length} ${head.length + text.length}\r\n`);
  socket.write(Buffer.concat([head, Buffer.from(`${text}\r\nPING\r\n`)]));
  for await (const part of socket) if (String(part).includes('PONG')) break;
}

onStage('a message with odd headers, or with those of a heartbeat, is a message, and ends nothing', nats, {}, async (world) => {
  const bus = openBus(world);
  const news = await subscribe(bus, 'news');
  const states = [];
  bus.on('status', (status) => states.push(status));
  const [port] = world.broker.ports();
  const odd = ['100 Idle Heartbeat\r\nNats-Last-Consumer: 99', ' 503', ' soon', '\r\nno field', '\r\nName: M\xfcller'];
  for (const fields of odd) await publishRaw(port, 'channels.news', `NATS/1.0${fields}\r\n\r\n`, 'odd');
  await publishRaw(port, 'channels.news', 'HTTP/1.1\r\n\r\n', 'odd');
  await world.broker.publish('news', 'after');
  await news.until('message', odd.length + 2);
  assert.equal(news.texts.at(-1), 'after');
  assert.deepEqual([states, news.of('subscribed').length], [[], 1]);
});

onStage('a page that reads too slowly is told what made room before it was read', nats, { keep: 100 }, async (world) => {
  const via = world.broker.via({ heartbeat: { interval: 30_000, timeout: 30_000 }, idle: 30_000 });
  const news = await subscribe(openBus(world, { via }), 'news');
  // This process reads nothing until the other one has ended.
  const publish = `
    const socket = require('node:net').connect(${world.broker.ports()[0]}, '127.0.0.1');
    const text = (number) => number + ' ' + 'x'.repeat(2_000);
    socket.write('CONNECT {"verbose":false}\\r\\n');
    for (let number = 1; number <= 20_000; number += 1)
      socket.write('PUB channels.news ' + text(number).length + '\\r\\n' + text(number) + '\\r\\n');
    socket.write('PING\\r\\n');
    socket.on('data', (part) => String(part).includes('PONG') && process.exit());`;
  execFileSync(process.execPath, ['-e', publish]);
  await until(() => news.texts.at(-1)?.startsWith('20000 '), LIMIT_MS, 'the last message');
  const numbers = news.events.map(([type, event]) => (type === 'message' ? Number.parseInt(event.data, 10) : type));
  assert.ok(numbers.includes('gap'));
  for (const [index, number] of numbers.entries()) {
    const before = numbers[index - 1];
    if (typeof number === 'number' && typeof before === 'number') assert.equal(number, before + 1, `after ${before}`);
  }
  assert.equal(news.of('subscribed').at(-1).recovered, false);
});

onStage(
  'channels for which the server takes no subscription are refused, and the others go on',
  nats,
  { config: 'max_subscriptions: 4' },
  async (world) => {
    const bus = openBus(world);
    const all = Array.from({ length: 5 }, (_, index) => new Record(bus.channel(`c${index}`)));
    await until(() => all.filter((record) => record.channel.status === 'refused').length === 2, LIMIT_MS, 'two refusals');
    for (const record of all) {
      await world.broker.publish(record.channel.name, 'a');
      if (record.channel.status === 'refused') assert.match(record.of('refused')[0].reason, /maximum subscriptions/);
      else await record.until('message');
    }
  },
);
