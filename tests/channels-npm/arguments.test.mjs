/** Wrong arguments: each is a TypeError that names them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Channels, entry } from './support/bus.mjs';

const { nats } = await entry('channels-nats');
const { nchan } = await entry('channels-nchan');
const URL = 'ws://127.0.0.1:1/sub';
const names = (call, text) => assert.throws(call, { name: 'TypeError', message: text });

describe('wrong arguments are TypeErrors that name them', () => {
  test('of Channels and of the adapters', () => {
    names(() => new Channels(5, { via: nchan() }), /take a URL/);
    for (const url of ['http://[', 'ftp://a', 'wss://a/#b'])
      assert.throws(() => new Channels(url, { via: nchan() }), { name: 'SyntaxError' });
    names(() => new Channels(URL), /options of Channels/);
    names(() => new Channels(URL, {}), /option via .* takes an adapter/);
    names(() => new Channels(URL, { via: nchan }), /option via .* takes an adapter/);
    names(() => new Channels(URL, { via: nchan(), codec: 'json' }), /option codec .* takes/);
    names(() => new Channels(URL, { via: nchan(), tokens: 'a' }), /option tokens .* is unknown; there are via, token/);
    names(() => nchan({ publish: 'https://push.test/pub' }), /option publish .* \{channel\}/);
    names(() => nchan({ pub: 1 }), /option pub .* is unknown/);
    names(() => nats({ buckets: 1 }), /option buckets .* is unknown/);
    names(() => nats({ user: 'ada' }), /login: 'password' and user .* go together/);
    for (const adapter of [nchan, nats]) {
      names(() => adapter({ heartbeat: 'often' }), /option heartbeat .* takes false, or an object/);
      names(() => adapter({ heartbeat: { intervall: 1_000 } }), /option intervall of heartbeat .* is unknown/);
      names(() => adapter({ heartbeat: { timeout: -1 } }), /option timeout of heartbeat .* takes/);
    }
    names(() => new Channels(URL, { via: nchan(), reconnect: { minDelay: -1 } }), /option reconnect.minDelay takes/);
    names(() => new Channels(URL, { via: nchan(), reconnect: { delay: 1 } }), /reconnect.delay/);
  });

  test('of a socket in place of the URL', async () => {
    const { WebSocket } = await entry('index');
    const socket = new WebSocket(() => new Promise(() => {}));
    assert.throws(() => new Channels(socket, { via: nchan() }), { name: 'NotSupportedError' });
    names(() => new Channels(socket, { via: nats(), reconnect: {} }), /reconnect and WebSocket .* are for a URL/);
    const native = new globalThis.WebSocket(URL);
    // Nobody is there. The package ws throws an error that nobody listens to.
    native.onerror = () => {};
    names(() => new Channels(native, { via: nats() }), /take a URL/);
    socket.close();
  });

  test('of a channel, its listeners, its publications and its history', async () => {
    const bus = new Channels(URL, { via: nats() });
    try {
      names(() => bus.channel(), /name of a channel/);
      names(() => bus.channel('news', { histry: 1 }), /option histry .* is unknown/);
      names(() => bus.channel('news', { history: -1 }), /option history .* takes/);
      const news = bus.channel('news');
      names(() => news.on('message'), /on\('message'\) takes a function/);
      names(() => bus.on('status', {}), /on\('status'\) takes a function/);
      names(() => news.on('mesage', () => {}), /there is no event mesage; there are message, subscribed/);
      names(() => news.off('mesage', () => {}), /there is no event mesage/);
      names(() => bus.on('open', () => {}), /there is no event open; there are status, refused/);
      const joining = (options) => () => bus.channel('room', options);
      names(joining({ since: { epoch: 5, offset: 1 } }), /option since .* takes a position/);
      names(joining({ presence: {} }), /option user of presence takes/);
      names(joining({ presence: { usr: 'ada' } }), /option usr of presence is unknown/);
      names(joining({ presence: { user: 'ada', grace: '15 s' } }), /option grace of presence takes/);
      names(joining({ presence: { user: 'ada', data: () => {} } }), /option data of presence takes a value that JSON has/);
      const rejects = (promise, text) => assert.rejects(promise, { name: 'TypeError', message: text });
      await rejects(news.history({ limt: 1 }), /option limt of history\(\) is unknown; there are limit, before/);
      await rejects(news.history({ limit: 0 }), /option limit of history\(\) takes/);
      await rejects(news.history({ before: 'the last' }), /option before of history\(\) takes a position/);
      await rejects(news.history(5), /options of history\(\)/);
      await rejects(news.publish({ price: 1 }), /a message is text or bytes; .* codec/);
      await rejects(bus.publish('', 'x'), /the name of a channel is a string that is not empty/);
    } finally {
      bus.close();
    }
  });

  test('after close() a promise is rejected, and what a channel knew is still there', async () => {
    const bus = new Channels(URL, { via: nats() });
    const news = bus.channel('news');
    bus.close();
    const closed = { name: 'InvalidStateError' };
    assert.throws(() => bus.channel('news'), closed);
    await assert.rejects(bus.publish('news', 'x'), closed);
    await assert.rejects(news.publish('x'), closed);
    await assert.rejects(bus.history('news'), closed);
    news.retry();
    news.leave();
    assert.deepEqual([news.status, news.position, news.members], ['left', undefined, []]);
  });
});
